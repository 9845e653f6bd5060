import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { documentOf } from "@modelkeep/code-audit/reports/document";
import { loadAuditMessages } from "@modelkeep/code-audit/reports/load";
import { reportSet } from "@modelkeep/code-audit/reports/set";
import { AUDIT_RULES } from "@modelkeep/code-audit/rule-list";
import { scoreInput } from "@modelkeep/code-audit/score/input";
import { scoreOf } from "@modelkeep/code-audit/score/score";
import { dayOf } from "@modelkeep/findings/risks/date";
import { auditInputs } from "../audit/audit-inputs.ts";
import { acceptedDependencies, dependenciesOf } from "../audit/dependencies.ts";
import { exitCode } from "../audit/run.ts";
import { UsageError } from "../command.ts";
import type { Config } from "../config.ts";
import { show } from "../show.ts";
import { dependencyExtras } from "./dependencies.ts";
import type { ReportOptions } from "./options.ts";

/**
 * Does what `modelkeep report` was asked; says on standard output which file to open.
 * @param config sections `audit` and `deps` of the configuration
 * @returns 0 nothing that counts, 1 findings, 2 something could not be read
 */
export async function runReport(
  options: ReportOptions,
  version: string,
  config: Pick<Config, "audit" | "deps">,
): Promise<number> {
  const { settled, read } = await auditInputs("report", options);
  if (settled.report.files === 0) {
    throw new UsageError(
      `report: nothing to audit in ${options.paths.join(", ")}`,
      "name files or folders that hold some",
    );
  }
  const accepted = await acceptedDependencies(config, options.risks);
  const dependencies = options.paths.includes("-")
    ? undefined
    : dependenciesOf(options.paths, options.osv, accepted);
  const messages = await loadAuditMessages(options.lang);
  const document = documentOf(settled, {
    version,
    date: dayOf(new Date()),
    messages,
    rules: [...AUDIT_RULES, ...(dependencies?.rules ?? [])],
    read,
    score: scoreOf(scoreInput(settled.report, dependencies?.scored)),
  });
  const extras = dependencies === undefined ? {} : dependencyExtras(dependencies.report, messages, version);
  const files = reportSet(document, extras);
  mkdirSync(options.outputDir, { recursive: true });
  for (const [name, text] of files) show(text, join(options.outputDir, name));
  process.stdout.write(`${join(options.outputDir, "index.html")}\n`);
  return exitCode(settled.report, options);
}
