import { styleText } from "node:util";
import { printable } from "../escape.ts";
import type { Finding, Severity } from "../finding.ts";
import type { FileReport, ModelReport } from "../report.ts";
import type { Verdict } from "../verdict.ts";
import { humanBytes, type ReportWriter, whereOf, type WriterContext, type WriterFactory } from "./writer.ts";

type Style = Parameters<typeof styleText>[0];

const VERDICT_STYLE: Readonly<Record<Verdict, Style>> = {
  inert: "green",
  allowlisted: "green",
  executable: "yellow",
  unanalyzable: "yellow",
  malicious: ["red", "bold"],
};

const SEVERITY_STYLE: Readonly<Record<Severity, Style>> = {
  info: "dim",
  low: "dim",
  medium: "yellow",
  high: "yellow",
  critical: "red",
};

/** UTF-16 units of one field; the scanner cuts shorter, others may call this. */
const LONGEST = 1_000;

const VERDICT_WIDTH = "unanalyzable".length;

/** For people: one line a file, its findings beneath, a summary at the end. */
export const writer: WriterFactory = (context) => new TextWriter(context);

class TextWriter implements ReportWriter {
  readonly #context: WriterContext;
  #files = 0;
  #models = 0;
  #admitted = 0;
  #refusedModels = 0;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  file(report: FileReport): string {
    this.#files++;
    if (report.admitted) this.#admitted++;
    const detail = this.#paint("dim", `${report.format}, ${humanBytes(report.size)}`);
    return this.#lines(report, `${printable(report.path)}  ${detail}`, report.findings);
  }

  model(report: ModelReport): string {
    this.#models++;
    if (!report.admitted) this.#refusedModels++;
    const detail = this.#paint("dim", this.#context.messages.model);
    // The model's own findings were shown with its MLmodel.
    return this.#lines(report, `${printable(report.path.replace(/\/+$/u, ""))}/  ${detail}`, []);
  }

  end(): string {
    const { messages } = this.#context;
    const refused = this.#files - this.#admitted;
    const line = messages.summary(this.#files, this.#admitted, refused, this.#models);
    const style = refused + this.#refusedModels === 0 ? "green" : "red";
    return `\n${this.#paint(style, line)}\n`;
  }

  #lines(
    report: { verdict: Verdict; admitted: boolean },
    what: string,
    findings: readonly Finding[],
  ): string {
    const sign = report.admitted ? "✔" : "✘";
    const verdict = `${sign} ${report.verdict.padEnd(VERDICT_WIDTH)}`;
    const head = `${this.#paint(VERDICT_STYLE[report.verdict], verdict)}  ${what}\n`;
    return (
      head +
      findings.map((finding, index) => this.#finding(finding, isFirst(finding, index, findings))).join("")
    );
  }

  #finding(finding: Finding, withHelp: boolean): string {
    const where = whereOf(finding, this.#context.messages);
    const place = where === "" ? "" : this.#paint("dim", `  (${printable(where, LONGEST)})`);
    const severity = this.#paint(SEVERITY_STYLE[finding.severity], finding.severity.padEnd(8));
    const lines = [
      `    ${this.#paint("bold", finding.ruleId)} ${severity} ${printable(finding.message, LONGEST)}${place}`,
    ];
    if (finding.evidence !== undefined)
      lines.push(`        ${this.#paint("cyan", printable(finding.evidence, LONGEST))}`);
    if (withHelp && finding.help !== undefined)
      lines.push(`        ${this.#paint("dim", printable(finding.help, LONGEST))}`);
    return `${lines.join("\n")}\n`;
  }

  #paint(style: Style, text: string): string {
    // The caller has decided already whether this is a terminal that wants colours.
    return this.#context.color ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** What to do is said once for each rule. */
function isFirst(finding: Finding, index: number, findings: readonly Finding[]): boolean {
  return findings.findIndex((other) => other.ruleId === finding.ruleId) === index;
}
