import type { AuditFinding } from "./model/finding.ts";
import type { Unaudited } from "./model/report.ts";
import type { FileKind, Source } from "./model/source.ts";

/** What an inspector may ask about the other files of the audit. Paths are as in `Source.path`. */
export interface ProjectContext {
  /** Every file that the audit covers. */
  readonly files: ReadonlySet<string>;
  /** Whether the audit covers this file, or it exists beside the audited ones. */
  has(path: string): boolean;
  /** Decoded text of an audited file; undefined when it is not audited or cannot be read. */
  read(path: string): Source | undefined;
}

/** What one inspection says. Findings may lie in another file of the project than the inspected one. */
export interface Inspected {
  readonly findings: readonly AuditFinding[];
  readonly unaudited: readonly Unaudited[];
}

/** Looks into one file. Runs in a worker thread; must end on every input, and throw on none. */
export interface Inspector {
  readonly kinds: readonly FileKind[];
  /** Awaited once in each thread before the first `inspect`. */
  prepare?(): Promise<void>;
  /** Whether a file with these bytes can matter at all; asked before it is decoded. Absent: each does. */
  concerns?(bytes: Uint8Array): boolean;
  inspect(source: Source, project: ProjectContext): Inspected;
}
