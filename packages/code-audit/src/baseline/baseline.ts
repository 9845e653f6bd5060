import { ModelkeepError, SEVERITIES, type Severity } from "@modelkeep/findings";
import type { AuditReport } from "../model/report.ts";
import type { Fingerprints } from "./fingerprint.ts";

/** What is remembered of a finding. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

const SCHEMA = "modelkeep-baseline/1";
/** The name under which SARIF reports of ours carry a finding's fingerprint. */
export const SARIF_FINGERPRINT = "modelkeepFinding/v1";
const FINGERPRINT = /^[0-9a-f]{32}$/u;

/** A baseline of all findings of a report that count, as JSON. The same findings give the same bytes. */
export function writeBaseline(report: AuditReport, fingerprints: Fingerprints): string {
  const findings = report.findings.map((finding): BaselineEntry => {
    const { ruleId, severity, place, message } = finding;
    const fingerprint = fingerprints.get(finding) ?? "";
    return { fingerprint, ruleId, severity, path: place.path, line: place.line, message: message.en };
  });
  return `${JSON.stringify({ schema: SCHEMA, findings }, null, 2)}\n`;
}

/**
 * Reads a baseline: one that `writeBaseline` wrote, a JSON report or a SARIF report of `modelkeep audit`.
 * @param file for messages
 * @throws {ModelkeepError} `INVALID_INPUT` for anything else: to take an unknown file for an empty baseline would hide nothing, for a full one everything
 */
export function readBaseline(text: string, file: string): readonly BaselineEntry[] {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/u, ""));
  } catch (cause) {
    throw fault(file, "is no JSON", cause);
  }
  if (!isRecord(data)) throw fault(file, "is no JSON object");
  if (Array.isArray(data["runs"])) return data["runs"].flatMap((run: unknown) => sarifRun(run, file));
  if (data["schema"] !== SCHEMA && data["schema"] !== "modelkeep-audit/1") {
    throw fault(file, `has the schema ${JSON.stringify(data["schema"] ?? null)}`);
  }
  if (!Array.isArray(data["findings"])) throw fault(file, "has no list of findings");
  return data["findings"].map((entry: unknown, index) => entryOf(entry, `findings[${index}]`, file));
}

function entryOf(value: unknown, where: string, file: string): BaselineEntry {
  if (!isRecord(value)) throw fault(file, `${where} is no mapping`);
  const { fingerprint, ruleId, severity, message } = value;
  const place = isRecord(value["place"]) ? value["place"] : value;
  const { path, line } = place;
  if (typeof fingerprint !== "string" || !FINGERPRINT.test(fingerprint)) {
    throw fault(file, `${where} has no fingerprint`);
  }
  if (typeof ruleId !== "string" || typeof path !== "string" || typeof line !== "number") {
    throw fault(file, `${where} has no ruleId, path or line`);
  }
  const said = typeof message === "string" ? message : "";
  return { fingerprint, ruleId, severity: severityOf(severity), path, line, message: said };
}

function sarifRun(run: unknown, file: string): BaselineEntry[] {
  if (!isRecord(run) || !Array.isArray(run["results"])) throw fault(file, "has a run without results");
  return run["results"]
    .filter((result) => isRecord(result) && !isGone(result))
    .map((result) => sarifEntry(result, file));
}

/** What a comment or the register silenced, and what the report itself calls absent, was no open finding. */
function isGone(result: Readonly<Record<string, unknown>>): boolean {
  const { suppressions, baselineState } = result;
  return baselineState === "absent" || (Array.isArray(suppressions) && suppressions.length > 0);
}

function sarifEntry(result: Readonly<Record<string, unknown>>, file: string): BaselineEntry {
  const { ruleId } = result;
  const prints = result["partialFingerprints"];
  const fingerprint = isRecord(prints) ? prints[SARIF_FINGERPRINT] : undefined;
  if (typeof ruleId !== "string" || typeof fingerprint !== "string" || !FINGERPRINT.test(fingerprint)) {
    throw fault(file, `has a result without ${SARIF_FINGERPRINT}, so it is no report of modelkeep audit`);
  }
  const message = pick(result, ["message", "text"]);
  const physical = pick(result, ["locations", "0", "physicalLocation"]);
  const uri = pick(physical, ["artifactLocation", "uri"]);
  const line = pick(physical, ["region", "startLine"]);
  return {
    fingerprint,
    ruleId,
    severity: severityOf(pick(result, ["properties", "severity"])),
    path: typeof uri === "string" ? decoded(uri) : "",
    line: typeof line === "number" ? line : 1,
    message: typeof message === "string" ? message : "",
  };
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri.replace(/^file:\/\//u, ""));
  } catch {
    // Not encoded as we do; as a name it still tells a reader which file is meant.
    return uri;
  }
}

function pick(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

function severityOf(value: unknown): Severity {
  return SEVERITIES.find((severity) => severity === value) ?? "medium";
}

function fault(file: string, what: string, cause?: unknown): ModelkeepError {
  const advice =
    "write one with modelkeep audit --write-baseline FILE, or give a JSON or SARIF report of modelkeep audit";
  return new ModelkeepError("INVALID_INPUT", `${file} ${what}, so it is no baseline: ${advice}`, { cause });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
