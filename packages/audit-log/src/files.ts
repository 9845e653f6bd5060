import { join } from "node:path";

/** The audit log's files inside `<data>/audit`. */
export interface AuditFiles {
  readonly folder: string;
  /** One row a line, append only. */
  readonly log: string;
  /** The newest checkpoint, replaced after every batch. */
  readonly head: string;
  /** Every thousandth row's checkpoint, append only. */
  readonly checkpoints: string;
  /** Held by the process that writes. */
  readonly lock: string;
  /** Lists of files, each named by its SHA-256, which rows point to. */
  readonly manifests: string;
}

export function auditFiles(dataDir: string): AuditFiles {
  const folder = join(dataDir, "audit");
  return {
    folder,
    log: join(folder, "log.jsonl"),
    head: join(folder, "head.json"),
    checkpoints: join(folder, "checkpoints.jsonl"),
    lock: join(folder, "lock"),
    manifests: join(folder, "manifests"),
  };
}
