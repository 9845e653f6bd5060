import { documentOf } from "@modelkeep/code-audit/reports/document";
import { loadAuditMessages } from "@modelkeep/code-audit/reports/load";
import { writeScore } from "@modelkeep/code-audit/reports/score";
import { AUDIT_RULES } from "@modelkeep/code-audit/rule-list";
import { scoreInput } from "@modelkeep/code-audit/score/input";
import { scoreOf } from "@modelkeep/code-audit/score/score";
import { dayOf } from "@modelkeep/findings/risks/date";
import { auditInputs } from "../audit/audit-inputs.ts";
import { acceptedDependencies, dependenciesOf } from "../audit/dependencies.ts";
import { UsageError } from "../command.ts";
import type { Config } from "../config.ts";
import { show } from "../show.ts";
import type { ScoreOptions } from "./options.ts";

/**
 * Does what `modelkeep score` was asked.
 * @param config sections `audit` and `deps` of the configuration
 * @returns 0 well, 1 below `--fail-under`, 2 something could not be read
 */
export async function runScore(
  options: ScoreOptions,
  version: string,
  config: Pick<Config, "audit" | "deps">,
): Promise<number> {
  const { settled, read } = await auditInputs("score", options);
  if (settled.report.files === 0) {
    throw new UsageError(
      `score: nothing to audit in ${options.paths.join(", ")}`,
      "name files or folders that hold some; of nothing there is no score",
    );
  }
  const accepted = await acceptedDependencies(config, options.risks);
  const dependencies = options.paths.includes("-")
    ? undefined
    : dependenciesOf(options.paths, options.osv, accepted);
  const score = scoreOf(scoreInput(settled.report, dependencies?.scored));
  const document = documentOf(settled, {
    version,
    date: dayOf(new Date()),
    messages: await loadAuditMessages(options.lang),
    rules: [...AUDIT_RULES, ...(dependencies?.rules ?? [])],
    read,
    score,
  });
  show(writeScore(document, options.format), options.output);
  if (settled.report.unaudited.some(({ state }) => state === "unread")) return 2;
  return options.failUnder !== undefined && score.total < options.failUnder ? 1 : 0;
}
