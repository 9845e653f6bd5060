import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { auditFiles } from "@modelkeep/audit-log/files";
import { AuditLog } from "@modelkeep/audit-log/log";
import { ModelkeepError } from "@modelkeep/findings";
import { manifestText } from "../quarantine.ts";
import { type AccessEvent, auditEvent } from "./event.ts";

export interface AccessSinks {
  /** A folder whose audit log gets a row for each access; `modelkeep auditlog --data FOLDER` reads it. */
  readonly auditLog?: string;
  /** Who loads, in the log; default the operating system's user. */
  readonly principal?: string;
  /** Called with each access before its model is handed out; what it throws refuses the access. */
  readonly onAccess?: (event: AccessEvent) => void | Promise<void>;
}

/** Records accesses. What cannot be recorded does not happen. */
export class AccessLog {
  readonly #sinks: AccessSinks;
  #last: Promise<unknown> = Promise.resolve();

  constructor(sinks: AccessSinks) {
    this.#sinks = sinks;
  }

  /** @throws {ModelkeepError} `AUDIT_FAILED` */
  async record(event: AccessEvent): Promise<void> {
    // One after the other: this process competes with others for the log, not with itself.
    const written = this.#last.then(async () => await this.#write(event));
    this.#last = written.catch(() => undefined);
    try {
      await written;
    } catch (cause) {
      if (cause instanceof ModelkeepError && cause.code === "AUDIT_FAILED") throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ModelkeepError(
        "AUDIT_FAILED",
        `the access to ${event.uri} cannot be recorded, so it is refused (${reason}): mend the audit log first`,
        { cause },
      );
    }
  }

  async #write(event: AccessEvent): Promise<void> {
    const { auditLog, principal, onAccess } = this.#sinks;
    if (auditLog !== undefined) {
      // The log is held for one row only, so that several processes can write to it.
      const log = await AuditLog.open(auditLog);
      try {
        if (event.files !== undefined && event.digest !== undefined)
          await writeManifest(auditLog, event.digest, manifestText(event.files));
        await log.append(auditEvent(event, principal));
      } finally {
        await log.close();
      }
    }
    await onAccess?.(event);
  }
}

/** All files of a model, as `sha256sum` prints them, under the SHA-256 of that text: rows point to it by the digest. */
async function writeManifest(dataDir: string, digest: string, text: string): Promise<void> {
  const { manifests } = auditFiles(dataDir);
  const path = join(manifests, `${digest}.sha256sum`);
  if ((await stat(path).catch(() => undefined)) !== undefined) return;
  await mkdir(manifests, { recursive: true, mode: 0o700 });
  const next = `${path}.next`;
  await writeFile(next, text, { mode: 0o600, flush: true });
  await rename(next, path);
}
