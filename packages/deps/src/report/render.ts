import type { DepsReport } from "../audit.ts";
import type { Lang } from "../messages/said.ts";
import { cyclonedxReport } from "./cyclonedx.ts";
import { jsonReport } from "./json.ts";
import { markdownReport } from "./markdown.ts";
import { sarifReport } from "./sarif.ts";
import { textReport } from "./text.ts";

export const DEPS_FORMATS = ["text", "json", "sarif", "cyclonedx", "markdown"] as const;
export type DepsFormat = (typeof DEPS_FORMATS)[number];

export function isDepsFormat(text: string): text is DepsFormat {
  return (DEPS_FORMATS as readonly string[]).includes(text);
}

export interface RenderOptions {
  readonly format: DepsFormat;
  /** Of text and Markdown; the others are for machines and stay English. */
  readonly lang: Lang;
  readonly color: boolean;
  /** Of Modelkeep. */
  readonly version: string;
}

/** The report as one document. */
export function renderReport(report: DepsReport, { format, lang, color, version }: RenderOptions): string {
  switch (format) {
    case "text":
      return textReport(report, lang, color);
    case "json":
      return jsonReport(report, version);
    case "sarif":
      return sarifReport(report, version);
    case "cyclonedx":
      return cyclonedxReport(report, version);
    case "markdown":
      return markdownReport(report, lang);
  }
}
