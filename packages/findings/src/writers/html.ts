import { printable } from "../escape.ts";
import type { Finding } from "../finding.ts";
import type { FileReport } from "../report.ts";
import {
  documentWriter,
  humanBytes,
  type ScanResult,
  whereOf,
  type WriterContext,
  type WriterFactory,
} from "./writer.ts";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
td.number { text-align: right; white-space: nowrap; }
code { overflow-wrap: anywhere; }
.good { color: #1a7f37; } .bad { color: #cf222e; font-weight: 600; }
section { margin: 1.5rem 0; padding: .2rem 1rem; border-left: .25rem solid #8886; break-inside: avoid; }
.finding { margin: .8rem 0; } .help { opacity: .75; }
@media print { body { margin: 0; max-width: none; } }
`;

/** One self-contained page: no script, nothing fetched, everything from a file escaped. */
export const writer: WriterFactory = (context) => documentWriter((result) => page(result, context));

function page(result: ScanResult, context: WriterContext): string {
  const { messages, version } = context;
  const admitted = result.files.filter((file) => file.admitted).length;
  const { length } = result.files;
  const summary = messages.summary(length, admitted, length - admitted, result.models.length);
  return `<!doctype html>
<html lang="${escapeHtml(messages.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(messages.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(messages.title)}</h1>
<p class="${result.admitted ? "good" : "bad"}">${escapeHtml(summary)}</p>
${table(result.files, context)}
<h2>${escapeHtml(messages.findings)}</h2>
${sections(result.files, context)}
<footer><p class="help">modelkeep ${escapeHtml(version)}</p></footer>
</body>
</html>
`;
}

function table(files: readonly FileReport[], { messages }: WriterContext): string {
  const { verdict, path, format, size, coverage, sha256 } = messages.columns;
  const head = [verdict, path, format, size, coverage, sha256]
    .map((name) => `<th>${escapeHtml(name)}</th>`)
    .join("");
  const rows = files.map((file) => {
    const share = file.coverage.bytes === 0 ? "" : `${file.coverage.explained} / ${file.coverage.bytes}`;
    return `<tr><td class="${file.admitted ? "good" : "bad"}" title="${escapeHtml(messages.verdicts[file.verdict])}">${file.verdict}</td><td><code>${escapeHtml(file.path)}</code></td><td>${escapeHtml(file.format)}</td><td class="number">${humanBytes(file.size)}</td><td class="number">${share}</td><td><code>${escapeHtml(file.sha256)}</code></td></tr>`;
  });
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`;
}

function sections(files: readonly FileReport[], context: WriterContext): string {
  const found = files.filter((file) => file.findings.length > 0);
  if (found.length === 0) return `<p>${escapeHtml(context.messages.nothingFound)}</p>`;
  return found
    .map((file) => {
      const items = file.findings.map((finding) => findingBlock(finding, context)).join("\n");
      return `<section>\n<h3><code>${escapeHtml(file.path)}</code></h3>\n${items}\n</section>`;
    })
    .join("\n");
}

function findingBlock(finding: Finding, { messages }: WriterContext): string {
  const where = whereOf(finding, messages);
  const place = where === "" ? "" : ` <span class="help">(${escapeHtml(where)})</span>`;
  const evidence = finding.evidence === undefined ? "" : `<br><code>${escapeHtml(finding.evidence)}</code>`;
  const help = finding.help === undefined ? "" : `<br><span class="help">${escapeHtml(finding.help)}</span>`;
  return `<div class="finding"><b>${escapeHtml(finding.ruleId)}</b> ${finding.severity}: ${escapeHtml(finding.message)}${place}${evidence}${help}</div>`;
}

/** Text for an element's content or a double-quoted attribute. */
export function escapeHtml(raw: string): string {
  return printable(raw, 4096)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
