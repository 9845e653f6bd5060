import type { FileReport } from "@modelkeep/findings";
import type { Analysis } from "@modelkeep/formats";
import type { Policy } from "@modelkeep/scanner/policy";
import { scanBytes } from "@modelkeep/scanner/scan/scan-file";

/** The verdict over bytes, and every global that unpickling them asks for. */
export interface Judged {
  readonly report: FileReport;
  /** `[module, name]`, each once, in both spellings where CPython renames it. */
  readonly globals: readonly (readonly [module: string, name: string])[];
}

/**
 * Judges bytes that somebody is about to unpickle.
 * @param name for the report
 */
export function judgeBytes(bytes: Uint8Array, name: string, policy: Policy): Judged {
  let analysis: Analysis | undefined;
  const report = scanBytes(bytes, { name, policy, onAnalysis: (learnt) => void (analysis = learnt) });
  return { report, globals: analysis === undefined ? [] : globalsOf(analysis) };
}

function globalsOf({ facts }: Analysis): [module: string, name: string][] {
  const found = new Map<string, [module: string, name: string]>();
  for (const fact of facts) {
    if (fact.kind !== "graph") continue;
    for (const { module, name, written } of fact.graph.globals) {
      found.set(JSON.stringify([module, name]), [module, name]);
      if (written !== undefined)
        found.set(JSON.stringify([written.module, written.name]), [written.module, written.name]);
    }
  }
  return [...found.values()];
}
