import type { Principal } from "../identity/principal.ts";
import type { Directory } from "../state/directory.ts";
import { matchesPattern } from "./pattern.ts";
import { includes, type Permission, stronger } from "./permission.ts";
import { describeResource, type Resource } from "./resource.ts";

/** A decision and the reason for it in words, which the audit log and the refused client both get. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Whether a principal holds a permission on a resource. Default deny. */
export function decide(
  principal: Principal,
  needed: Permission,
  resource: Resource,
  directory: Directory,
): Decision {
  if (principal.role === "administrator") return { allowed: true, reason: "administrator" };
  const held = heldPermission(principal, resource, directory);
  if (held.permission === "NO_PERMISSIONS") return { allowed: false, reason: held.reason };
  const capped = capByRole(principal, needed);
  if (capped !== undefined) return { allowed: false, reason: capped };
  const allowed = includes(held.permission, needed);
  return { allowed, reason: allowed ? held.reason : `${held.reason}, ${needed} is needed` };
}

/** Whether a principal may create experiments or registered models. */
export function decideCreate(principal: Principal): Decision {
  const allowed = principal.role !== "viewer" && principal.role !== "auditor";
  return {
    allowed,
    reason: allowed ? `the role ${principal.role} may create` : `the role ${principal.role} may not create`,
  };
}

export function isAdministrator(principal: Principal): Decision {
  const allowed = principal.role === "administrator";
  return { allowed, reason: allowed ? "administrator" : "only an administrator may do this" };
}

interface Held {
  readonly permission: Permission;
  readonly reason: string;
}

function heldPermission(principal: Principal, resource: Resource, directory: Directory): Held {
  let held: Held | undefined;
  for (const grant of directory.grants.get(principal.userId) ?? []) {
    if (grant.kind !== resource.kind || !matchesPattern(grant.pattern, resource.name)) continue;
    const reason = `grant of ${grant.permission} on ${JSON.stringify(grant.pattern)}`;
    if (grant.permission === "NO_PERMISSIONS") return { permission: "NO_PERMISSIONS", reason };
    if (held === undefined || stronger(held.permission, grant.permission) !== held.permission) {
      held = { permission: grant.permission, reason };
    }
  }
  if (directory.ownerOf(resource.kind, resource.id) === principal.userId) {
    return { permission: "MANAGE", reason: `owner of ${describeResource(resource)}` };
  }
  if (held !== undefined) return held;
  return {
    permission: "NO_PERMISSIONS",
    reason: `${principal.name} has no permission on ${describeResource(resource)}`,
  };
}

/** A viewer and an auditor change nothing, whatever they were granted or once created. */
function capByRole(principal: Principal, needed: Permission): string | undefined {
  const readOnly = principal.role === "viewer" || principal.role === "auditor";
  return readOnly && !includes("USE", needed) ? `a ${principal.role} may not change anything` : undefined;
}
