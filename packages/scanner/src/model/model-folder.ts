import { join } from "node:path";
import { type FileReport, type ModelReport, type Verdict, worse } from "@modelkeep/findings";
import type { MlmodelFacts } from "@modelkeep/formats";
import { Collector } from "../collector.ts";
import { DEFAULT_POLICY, isAdmitted, type Policy } from "../policy.ts";
import { rule as notAFile } from "../rules/mk1312.ts";
import { type MemberReport, type ScanFileOptions, scanPath, unreadReport } from "../scan/scan-file.ts";
import { type Entry, MLMODEL, walk, type WalkLimits } from "../scan/walk.ts";
import { withExternalData } from "./external-data.ts";
import { judgeFolder } from "./judge-folder.ts";
import { localModulesOf } from "./local-modules.ts";
import { readMlmodel } from "./mlmodel-facts.ts";

/** How a model folder is scanned. */
export interface ScanModelOptions {
  readonly policy?: Policy;
  /** Scans one member; replaced by a pool of workers in a service. */
  readonly scanMember?: (path: string, options: ScanFileOptions) => MemberReport | Promise<MemberReport>;
  /** The path to report for the folder and, before each member's own, for its files (default: the folder's path). */
  readonly name?: string;
  readonly limits?: WalkLimits;
}

/**
 * Judges a MLflow model folder as one model: every file, what its MLmodel says, and whether both agree.
 * @throws {ModelkeepError} when a folder or a file cannot be read
 */
export async function scanModelFolder(folder: string, options: ScanModelOptions = {}): Promise<ModelReport> {
  const policy = options.policy ?? DEFAULT_POLICY;
  const { entries } = walk(folder, options.limits);
  const facts = readMlmodel(join(folder, MLMODEL));
  const localModules = facts === undefined ? new Set<string>() : localModulesOf(facts, entries);
  const members = await scanEntries(entries, folder, localModules, options);
  const files = withExternalData(entries, members, policy);
  return assemble(options.name ?? folder, facts, entries, files, policy);
}

async function scanEntries(
  entries: readonly Entry[],
  folder: string,
  localModules: ReadonlySet<string>,
  options: ScanModelOptions,
): Promise<MemberReport[]> {
  const policy = options.policy ?? DEFAULT_POLICY;
  const scanMember = options.scanMember ?? scanPath;
  const shown = options.name ?? folder;
  return await Promise.all(
    entries.map(async (entry) => {
      const name = shown === "" ? entry.relative : join(shown, entry.relative);
      if (entry.kind === "file")
        return await scanMember(entry.path, { policy, name, localModules, siblings: true });
      return unreadReport(name, entry.kind, notAFile, `${entry.relative} is a ${WHAT[entry.kind]}`, policy);
    }),
  );
}

const WHAT = { symlink: "symbolic link", special: "device, pipe or socket", file: "file" } as const;

/** Puts the folder's own findings beside its files', also on the MLmodel's own report, where reports are one line a file. */
function assemble(
  path: string,
  facts: MlmodelFacts | undefined,
  entries: readonly Entry[],
  files: readonly FileReport[],
  policy: Policy,
): ModelReport {
  const into = new Collector();
  judgeFolder({ facts, entries, files }, into);
  const own: Verdict = into.verdict;
  const shown = files.map((file, index) =>
    entries[index]?.relative === MLMODEL && into.findings.length > 0
      ? withFindings(file, into, policy)
      : file,
  );
  const verdict = shown.reduce<Verdict>((worst, file) => worse(worst, file.verdict), own);
  return {
    path,
    kind: "mlflow-model",
    verdict,
    admitted: isAdmitted(verdict, policy),
    findings: into.findings,
    files: shown,
  };
}

function withFindings(file: FileReport, more: Collector, policy: Policy): FileReport {
  const verdict = worse(file.verdict, more.verdict);
  return {
    ...file,
    verdict,
    admitted: isAdmitted(verdict, policy),
    findings: [...file.findings, ...more.findings],
  };
}
