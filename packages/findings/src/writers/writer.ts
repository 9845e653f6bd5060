import type { Finding } from "../finding.ts";
import type { Messages } from "../messages/en.ts";
import type { FileReport, ModelReport } from "../report.ts";
import type { Rule } from "../rule.ts";
import { type Verdict, worse } from "../verdict.ts";

/** What a writer needs to know beyond the reports. */
export interface WriterContext {
  /** Of Modelkeep. */
  readonly version: string;
  /** Every rule that a finding may name. */
  readonly rules: readonly Rule[];
  readonly messages: Messages;
  /** ANSI colours (only `text` uses them). */
  readonly color: boolean;
}

/** Turns reports into one document. Each method returns the text to write next, possibly none. */
export interface ReportWriter {
  file(report: FileReport): string;
  model(report: ModelReport): string;
  end(): string;
}

export type WriterFactory = (context: WriterContext) => ReportWriter;

/** All reports of one scan, for formats that are one document. */
export interface ScanResult {
  readonly files: readonly FileReport[];
  readonly models: readonly ModelReport[];
  readonly verdict: Verdict;
  readonly admitted: boolean;
}

/** A writer that gathers everything and renders at the end. */
export function documentWriter(render: (result: ScanResult) => string): ReportWriter {
  const files: FileReport[] = [];
  const models: ModelReport[] = [];
  return {
    file(report) {
      files.push(report);
      return "";
    },
    model(report) {
      models.push(report);
      return "";
    },
    end() {
      const all = [...files, ...models];
      const verdict = all.reduce<Verdict>((worst, report) => worse(worst, report.verdict), "inert");
      return render({ files, models, verdict, admitted: all.every((report) => report.admitted) });
    },
  };
}

/** Where a finding is, for people: `archive/data.pkl, offset 42`. */
export function whereOf(finding: Finding, messages: Messages): string {
  const { part, offset, line } = finding.location;
  const parts = [part, line === undefined ? undefined : messages.line(line)];
  if (offset !== undefined) parts.push(messages.offset(offset));
  return parts.filter((text) => text !== undefined).join(", ");
}

/** A number of bytes for people: three digits at most, binary units. */
export function humanBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? "B"}`;
}
