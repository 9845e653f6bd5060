import { Refusal } from "../http/refusal.ts";
import type { Principal } from "../identity/principal.ts";
import type { Access, ApiRequest, Need, Route } from "../routes/route.ts";
import type { Directory } from "../state/directory.ts";
import { decide, decideCreate, type Decision, isAdministrator } from "./decide.ts";
import { describeResource } from "./resource.ts";
import type { Resolver } from "./resolver.ts";

/** A decision on a whole request, with what it was about for the audit log. */
export interface Authorisation extends Decision {
  /** As `describeResource`, several separated by a space; `-` when the route is about none. */
  readonly resource: string;
  readonly status: number;
}

/**
 * Decides whether a principal may make a request.
 * @throws {Refusal} 400 when the request can be understood in two ways, 404 when what it names is not there
 */
export async function authorise(
  route: Route,
  request: ApiRequest,
  principal: Principal,
  directory: Directory,
  resolver: Resolver,
): Promise<Authorisation> {
  const { access } = route;
  if (access.kind === "on")
    return await authoriseNeeds(access.needs, request, principal, directory, resolver);
  return authoriseRoute(access, principal);
}

function authoriseRoute(access: Exclude<Access, { kind: "on" }>, principal: Principal): Authorisation {
  if (access.kind === "refused") {
    return { allowed: false, reason: access.reason, resource: "-", status: access.status };
  }
  const decisions: Record<typeof access.kind, () => Decision> = {
    public: () => ({ allowed: true, reason: "open to everybody" }),
    authenticated: () => ({ allowed: true, reason: "open to every user" }),
    administrator: () => isAdministrator(principal),
    create: () => decideCreate(principal),
  };
  return { ...decisions[access.kind](), resource: "-", status: 403 };
}

async function authoriseNeeds(
  needs: readonly Need[],
  request: ApiRequest,
  principal: Principal,
  directory: Directory,
  resolver: Resolver,
): Promise<Authorisation> {
  const reasons = new Set<string>();
  const resources = new Set<string>();
  for (const { permission, locate } of needs) {
    for (const resource of await located(locate(request, resolver), principal)) {
      resources.add(describeResource(resource));
      const decision = decide(principal, permission, resource, directory);
      if (!decision.allowed) return { ...decision, resource: [...resources].join(" "), status: 403 };
      reasons.add(decision.reason);
    }
  }
  const reason = reasons.size === 0 ? "administrator" : [...reasons].join("; ");
  return { allowed: true, reason, resource: [...resources].join(" ") || "-", status: 200 };
}

// An administrator may reach what the gateway cannot place (artifacts outside the usual layout, things that are
// gone): MLflow's own answer says more. What could be understood in two ways is refused to everybody.
async function located<T>(finding: Promise<readonly T[]>, principal: Principal): Promise<readonly T[]> {
  try {
    return await finding;
  } catch (error) {
    const unplaced = error instanceof Refusal && (error.status === 403 || error.status === 404);
    if (unplaced && principal.role === "administrator") return [];
    throw error;
  }
}
