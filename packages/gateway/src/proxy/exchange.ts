import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuditEvent } from "@modelkeep/audit-log/record";
import type { Refusal } from "../http/refusal.ts";
import type { Target } from "../http/target.ts";
import type { Principal } from "../identity/principal.ts";
import type { RouteMatch } from "../routes/table.ts";

/** One request on its way through the gateway. */
export interface Exchange {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly match: RouteMatch;
  readonly principal: Principal;
  /** Fires when the client went away. */
  readonly gone: AbortSignal;
}

export interface Outcome {
  readonly decision: "allow" | "deny";
  readonly resource: string;
  readonly reason: string;
  readonly sha256?: string;
}

/** The row of the audit log that says what was decided about a request. */
export function auditEvent(
  about: { id: string; request: IncomingMessage; action: string; principal?: Principal | undefined },
  outcome: Outcome,
): AuditEvent {
  return {
    time: Date.now(),
    principal: about.principal?.name ?? "-",
    key: about.principal?.keyId ?? "-",
    action: about.action,
    resource: outcome.resource,
    decision: outcome.decision,
    reason: outcome.reason,
    ...(outcome.sha256 === undefined ? {} : { sha256: outcome.sha256 }),
    address: about.request.socket.remoteAddress ?? "-",
    request: about.id,
  };
}

/** The row for a refusal. */
export function refusalOutcome(refusal: Refusal, resource = "-"): Outcome {
  return {
    decision: "deny",
    resource,
    reason: `${refusal.status} ${refusal.message}`,
    ...(refusal.sha256 === undefined ? {} : { sha256: refusal.sha256 }),
  };
}
