import { statSync } from "node:fs";
import { dirname } from "node:path";
import { BytesError, bufferSource, type ByteSource } from "@modelkeep/bytes";
import { sha256Of } from "@modelkeep/bytes/digest";
import { openFileSource } from "@modelkeep/bytes/file";
import { type FileReport, ModelkeepError, type Rule } from "@modelkeep/findings";
import type { Analysis } from "@modelkeep/formats";
import { analyze } from "@modelkeep/formats/analyze";
import { Collector } from "../collector.ts";
import { type Judgement, judge } from "../judge.ts";
import { type ExternalData, explainExternal, type TiledFile } from "../onnx/external.ts";
import { DEFAULT_POLICY, isAdmitted, type Policy } from "../policy.ts";
import { rule as changedWhileRead } from "../rules/mk1310.ts";
import { rule as scanFailed } from "../rules/mk1311.ts";
import { withNativeText } from "./native-text.ts";

/** How one file is scanned. */
export interface ScanFileOptions {
  readonly policy?: Policy;
  /** The name to report, when it is not the path. */
  readonly name?: string;
  /** Top-level modules that the model's own code folder provides. */
  readonly localModules?: ReadonlySet<string>;
  /** Follow a symbolic link at the end of the path (default false). */
  readonly followSymlinks?: boolean;
  /** Whether the files beside it are the same model's, so that what an ONNX model keeps there is read too (default false). */
  readonly siblings?: boolean;
  /** Receives what the reader learnt, for a trace. */
  readonly onAnalysis?: (analysis: Analysis) => void;
}

/** The report of a model's file, with the files beside it that it explains to the last byte. */
export interface MemberReport extends FileReport {
  readonly tiles?: readonly TiledFile[];
}

/** Files up to this size are read once into memory, so that the bytes hashed are the bytes judged, whoever writes meanwhile. */
const READ_WHOLE_BYTES = 64 * 2 ** 20;

/**
 * Scans one regular file.
 * @throws {ModelkeepError} `NOT_FOUND` when it cannot be opened or read, `INVALID_ARGUMENT` when it is no regular file
 */
export function scanPath(path: string, options: ScanFileOptions = {}): MemberReport {
  try {
    return scanOpened(path, options);
  } catch (error) {
    if (error instanceof BytesError && error.source === path) {
      if (error.code === "io") throw new ModelkeepError("NOT_FOUND", error.message, { cause: error });
      if (error.code === "unsupported")
        throw new ModelkeepError("INVALID_ARGUMENT", error.message, { cause: error });
    }
    throw error;
  }
}

function scanOpened(path: string, options: ScanFileOptions): MemberReport {
  const source = openFileSource(path, { followSymlinks: options.followSymlinks ?? false });
  try {
    const name = options.name ?? path;
    if (source.size <= READ_WHOLE_BYTES) {
      return scanSource(bufferSource(source.view(0, source.size), path), { ...options, name }, path);
    }
    const before = fingerprint(path);
    const report = scanSource(source, { ...options, name }, path);
    return before === fingerprint(path) ? report : changed(report, options.policy);
  } finally {
    source.close();
  }
}

/** Scans bytes that are in memory already. The caller must not change them while this runs. */
export function scanBytes(bytes: Uint8Array, options: ScanFileOptions = {}): FileReport {
  return scanSource(bufferSource(bytes, options.name ?? "<memory>"), options);
}

function scanSource(source: ByteSource, options: ScanFileOptions, path?: string): MemberReport {
  const policy = options.policy ?? DEFAULT_POLICY;
  const sha256 = sha256Of(source);
  const { analysis, judgement, external } = explain(source, policy, options, path);
  return {
    path: options.name ?? source.name,
    sha256,
    size: source.size,
    format: analysis.format,
    verdict: judgement.verdict,
    admitted: isAdmitted(judgement.verdict, policy),
    coverage: { bytes: source.size, explained: analysis.explained },
    findings: judgement.findings,
    ...(external === undefined ? {} : { tiles: external.files }),
  };
}

interface Explanation {
  readonly analysis: Pick<Analysis, "format" | "explained">;
  readonly judgement: Judgement;
  readonly external?: ExternalData;
}

function explain(
  source: ByteSource,
  policy: Policy,
  options: ScanFileOptions,
  path: string | undefined,
): Explanation {
  try {
    const analysis = analyze(source, { limits: policy.limits });
    options.onAnalysis?.(analysis);
    const localModules = options.localModules ?? new Set<string>();
    const external = options.siblings === true && path !== undefined ? externalOf(analysis, path) : undefined;
    const found = external === undefined ? {} : { external };
    const judgement = judge(analysis, policy, { size: source.size, localModules, ...found });
    return { analysis, judgement: withNativeText(source, analysis.format, judgement), ...found };
  } catch (error) {
    // The disk's failures are the caller's to know. Anything else is a fault of ours that these bytes provoke: then
    // nothing is known of them, and that is a refusal, not a crash of the scan of a thousand other files.
    if (error instanceof BytesError && error.code === "io") throw error;
    return { analysis: { format: "unknown", explained: 0 }, judgement: failure(error) };
  }
}

function externalOf(analysis: Analysis, path: string): ExternalData | undefined {
  for (const fact of analysis.facts)
    if (fact.kind === "onnx" && fact.model.external.length > 0)
      return explainExternal(fact.model, dirname(path));
  return undefined;
}

function failure(error: unknown): Judgement {
  const into = new Collector();
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  into.add(scanFailed, `the scan broke off: ${reason}`, undefined);
  return { verdict: into.verdict, findings: into.findings };
}

function fingerprint(path: string): string {
  const stat = statSync(path, { bigint: true });
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(":");
}

function changed(report: FileReport, policy: Policy = DEFAULT_POLICY): FileReport {
  return withFinding(report, changedWhileRead, "the file changed while it was being read", policy);
}

/** The same report with one more finding of the file as a whole, and the verdict that follows. */
export function withFinding(
  report: FileReport,
  rule: Rule,
  message: string,
  policy: Policy,
  evidence?: string,
): FileReport {
  const into = new Collector();
  into.raise(report.verdict);
  into.add(rule, message, undefined, evidence === undefined ? {} : { evidence });
  return {
    ...report,
    verdict: into.verdict,
    admitted: isAdmitted(into.verdict, policy),
    findings: [...report.findings, ...into.findings],
  };
}

/** The report of something that could not be read as a file at all: nothing of it was hashed or explained. */
export function unreadReport(
  path: string,
  format: string,
  rule: Rule,
  message: string,
  policy: Policy,
): FileReport {
  const blank: FileReport = {
    path,
    sha256: "",
    size: 0,
    format,
    verdict: "unanalyzable",
    admitted: false,
    coverage: { bytes: 0, explained: 0 },
    findings: [],
  };
  return withFinding(blank, rule, message, policy);
}
