import type { WriterFactory } from "./writer.ts";

/** The formats of a report. Each is loaded when it is used: starting fast matters more than the six others. */
const LOADERS = {
  text: async () => (await import("./text.ts")).writer,
  json: async () => (await import("./json.ts")).writer,
  jsonl: async () => (await import("./jsonl.ts")).writer,
  sarif: async () => (await import("./sarif.ts")).writer,
  cyclonedx: async () => (await import("./cyclonedx.ts")).writer,
  html: async () => (await import("./html.ts")).writer,
  markdown: async () => (await import("./markdown.ts")).writer,
} as const satisfies Record<string, () => Promise<WriterFactory>>;

export type ReportFormat = keyof typeof LOADERS;

export const REPORT_FORMATS: readonly string[] = Object.keys(LOADERS);

export function isReportFormat(text: string): text is ReportFormat {
  return Object.hasOwn(LOADERS, text);
}

export async function loadWriter(format: ReportFormat): Promise<WriterFactory> {
  return await LOADERS[format]();
}
