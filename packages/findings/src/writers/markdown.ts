import type { FileReport } from "../report.ts";
import { code, row, text } from "./markdown-text.ts";
import { documentWriter, humanBytes, whereOf, type WriterContext, type WriterFactory } from "./writer.ts";

/** A table of files and a section of findings, for pull requests and wikis. Hostile text cannot become markup. */
export const writer: WriterFactory = (context) =>
  documentWriter(({ files, models }) => {
    const { messages } = context;
    const admitted = files.filter((file) => file.admitted).length;
    const lines = [
      `# ${messages.title}`,
      "",
      messages.summary(files.length, admitted, files.length - admitted, models.length),
      "",
      row([messages.columns.verdict, messages.columns.path, messages.columns.format, messages.columns.size]),
      row(["---", "---", "---", "---:"]),
      ...files.map((file) => fileRow(file)),
      "",
      `## ${messages.findings}`,
      "",
      ...findingLines(files, context),
    ];
    return `${lines.join("\n")}\n`;
  });

function fileRow(file: FileReport): string {
  const sign = file.admitted ? "✔" : "✘";
  return row([`${sign} ${file.verdict}`, text(file.path), text(file.format), humanBytes(file.size)]);
}

function findingLines(files: readonly FileReport[], { messages }: WriterContext): string[] {
  const found = files.filter((file) => file.findings.length > 0);
  if (found.length === 0) return [messages.nothingFound];
  return found.flatMap((file) => [
    `### ${text(file.path)}`,
    "",
    ...file.findings.flatMap((finding) => {
      const where = whereOf(finding, messages);
      const head = `- **${finding.ruleId}** ${finding.severity}: ${text(finding.message)}`;
      const place = where === "" ? "" : ` (${text(where)})`;
      const evidence = finding.evidence === undefined ? [] : [`  ${code(finding.evidence)}`];
      return [head + place, ...evidence];
    }),
    "",
  ]);
}
