import type { FastifyRequest } from "fastify";
import { auditEvent } from "../proxy/exchange.ts";
import { denied, Refusal } from "../http/refusal.ts";
import { assertSameOrigin } from "../http/origin.ts";
import { authenticate } from "../identity/authenticate.ts";
import type { Principal } from "../identity/principal.ts";
import type { Role } from "../identity/role.ts";
import type { OwnContext } from "./context.ts";

/**
 * Lets a request of the own API pass when its user has one of the roles, and puts it on record first.
 * @returns who it is
 * @throws {Refusal} 401, 403, 503; the refusal is on record too
 */
export async function guard(
  request: FastifyRequest,
  context: OwnContext,
  action: string,
  resource: string,
  roles?: readonly Role[],
): Promise<Principal> {
  const about = { id: request.id, request: request.raw, action };
  let principal: Principal | undefined;
  try {
    principal = authenticate(request.raw, context.directory, Date.now());
    if (principal.via === "session") assertSameOrigin(request.raw);
    if (roles !== undefined && !roles.includes(principal.role)) {
      throw denied(`a ${principal.role} may not do this: it needs ${roles.join(" or ")}`);
    }
  } catch (error) {
    if (error instanceof Refusal) {
      const outcome = { decision: "deny", resource, reason: `${error.status} ${error.message}` } as const;
      await context.audit.append(auditEvent({ ...about, principal }, outcome));
    }
    throw error;
  }
  const outcome = { decision: "allow", resource, reason: principal.role } as const;
  await context.audit.append(auditEvent({ ...about, principal }, outcome));
  return principal;
}
