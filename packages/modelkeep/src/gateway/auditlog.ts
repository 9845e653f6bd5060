import { type AuditRow, serialiseRow } from "@modelkeep/audit-log/record";
import { type AuditQuery, searchAuditLog } from "@modelkeep/audit-log/search";
import { verifyAuditLog } from "@modelkeep/audit-log/verify";
import { UsageError } from "../command.ts";
import { shown } from "./client.ts";
import { dataFolder } from "./data-folder.ts";
import { type Options, readOptions } from "./options.ts";

const HELP = `Examples
  modelkeep auditlog verify
  modelkeep auditlog search --principal alice --decision deny
  modelkeep auditlog search --resource experiment:7 --since 2026-01-31T00:00:00Z --format jsonl
  modelkeep auditlog export > auditlog.jsonl

Usage: modelkeep auditlog verify [--data DIR] [--format text|json]
       modelkeep auditlog search [--data DIR] [--principal P] [--action A] [--resource R] [--decision allow|deny]
                                 [--sha256 H] [--since TIME] [--until TIME] [--format text|jsonl]
       modelkeep auditlog export [--data DIR]      every row as one JSON line

The log is read from the data folder of a gateway, or the --audit-log folder of a loader (--data, MODELKEEP_DATA,
default .modelkeep), also while it runs.
verify exits 1 when a byte of it was changed or rows were removed. An action or resource may end with *.
`;

const QUERY = ["principal", "action", "resource", "decision", "sha256"] as const;

/** `modelkeep auditlog`. */
export async function auditlogCommand(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, ["data", "format", "since", "until", ...QUERY]);
  if (options.flag("help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const [action, ...rest] = options.words;
  if (rest.length > 0) throw new UsageError("too many words", "see modelkeep auditlog --help");
  const folder = await dataFolder(options);
  switch (action ?? "") {
    case "verify":
      return await verify(folder, options);
    case "search":
      return await print(
        folder,
        queryOf(options),
        options.text("format") === "jsonl" ? serialiseRow : rowText,
      );
    case "export":
      return await print(folder, {}, serialiseRow);
    default:
      throw new UsageError("auditlog needs verify, search or export", "see modelkeep auditlog --help");
  }
}

async function verify(folder: string, options: Options): Promise<number> {
  const result = await verifyAuditLog(folder);
  const whole = result.problems.length === 0;
  if (options.text("format") === "json") process.stdout.write(`${JSON.stringify({ ...result, whole })}\n`);
  else if (whole)
    process.stdout.write(`the audit log is whole: ${result.rows} rows, every hash and signature fits\n`);
  else
    process.stdout.write(
      `the audit log was CHANGED:\n${result.problems.map((problem) => `  ${problem}\n`).join("")}`,
    );
  return whole ? 0 : 1;
}

async function print(folder: string, query: AuditQuery, text: (row: AuditRow) => string): Promise<number> {
  for await (const row of searchAuditLog(folder, query)) {
    if (!process.stdout.write(text(row)))
      await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
  return 0;
}

function rowText(row: AuditRow): string {
  const when = new Date(row.time).toISOString();
  const hash = row.sha256 === undefined ? "" : ` sha256:${row.sha256}`;
  const text = `${when} ${row.decision.padEnd(5)} ${row.principal} ${row.action} ${row.resource}${hash} (${row.reason})`;
  return `${shown(text)}\n`;
}

function queryOf(options: Options): AuditQuery {
  const query: Record<string, string | number> = {};
  for (const name of QUERY) {
    const value = options.text(name);
    if (value !== undefined) query[name] = value;
  }
  for (const name of ["since", "until"]) {
    const value = options.text(name);
    if (value !== undefined) query[name] = timeOf(value);
  }
  return query;
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new UsageError(`${JSON.stringify(text)} is no time`, "write 2026-01-31T00:00:00Z");
  return time;
}
