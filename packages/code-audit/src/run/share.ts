import type { Candidate } from "../files/discover.ts";
import { INSPECTORS } from "../inspectors.ts";
import type { AuditFinding } from "../model/finding.ts";
import type { Unaudited } from "../model/report.ts";
import type { Directive } from "../suppressions/directive.ts";
import { auditFile } from "./one-file.ts";
import { Project } from "./project.ts";

/** What all threads of one audit work on. */
export interface Share {
  readonly files: readonly Candidate[];
  readonly cwd: string;
  /** The next file that nobody took, and how many files are done; in shared memory. */
  readonly next: Int32Array;
  /** For each thread: the file that it is at, so that one that dies can be named; in shared memory. */
  readonly at: Int32Array;
}

/** What a thread found in several files. */
export interface Batch {
  readonly files: number;
  readonly lines: number;
  readonly findings: readonly AuditFinding[];
  readonly unaudited: readonly Unaudited[];
  readonly directives: readonly Directive[];
}

const BATCH = 64;

/** Takes files until none is left. @param slot this thread's place in `share.at` @returns batches, as they get ready */
export async function* takeFiles(share: Share, slot: number): AsyncGenerator<Batch> {
  for (const inspector of INSPECTORS) await inspector.prepare?.();
  const project = new Project(share.files, share.cwd);
  let batch = emptyBatch();
  for (;;) {
    const index = Atomics.add(share.next, 0, 1);
    const file = share.files[index];
    if (file === undefined) break;
    Atomics.store(share.at, slot, index);
    const { lines, findings, unaudited, directives } = auditFile(file, project);
    batch.files++;
    batch.lines += lines;
    batch.findings.push(...findings);
    batch.unaudited.push(...unaudited);
    batch.directives.push(...directives);
    if (batch.files === BATCH) {
      yield batch;
      batch = emptyBatch();
    }
  }
  Atomics.store(share.at, slot, -1);
  yield batch;
}

function emptyBatch() {
  return {
    files: 0,
    lines: 0,
    findings: new Array<AuditFinding>(),
    unaudited: new Array<Unaudited>(),
    directives: new Array<Directive>(),
  };
}
