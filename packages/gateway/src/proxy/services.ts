import type { Resolver } from "../access/resolver.ts";
import type { ModelAdmission } from "../admission/model.ts";
import type { Quarantine } from "../admission/quarantine.ts";
import type { Verdicts } from "../admission/verdicts.ts";
import type { AuditLog } from "@modelkeep/audit-log/log";
import type { LastUsed } from "../identity/last-used.ts";
import type { RouteTable } from "../routes/table.ts";
import type { Directory } from "../state/directory.ts";
import type { Metrics } from "./metrics.ts";
import type { UpstreamClient } from "./upstream.ts";

/** Limits in bytes. */
export interface GatewayLimits {
  /** Of a body that is read into memory: API requests. */
  readonly jsonBytes: number;
  /** Of one artifact. */
  readonly artifactBytes: number;
  /** Of all files of one model together. */
  readonly modelBytes: number;
}

export const DEFAULT_GATEWAY_LIMITS: GatewayLimits = {
  jsonBytes: 32 * 2 ** 20,
  artifactBytes: 256 * 2 ** 30,
  modelBytes: 256 * 2 ** 30,
};

/** The parts that a running gateway is made of. */
export interface Services {
  readonly admission: ModelAdmission;
  readonly audit: AuditLog;
  readonly directory: Directory;
  readonly lastUsed: LastUsed;
  readonly limits: GatewayLimits;
  readonly metrics: Metrics;
  readonly quarantine: Quarantine;
  readonly resolver: Resolver;
  readonly routes: RouteTable;
  readonly upstream: UpstreamClient;
  readonly verdicts: Verdicts;
}
