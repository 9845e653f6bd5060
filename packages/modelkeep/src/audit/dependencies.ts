import type { AuditRule, Localized } from "@modelkeep/code-audit";
import { AUDIT_RULES } from "@modelkeep/code-audit/rule-list";
import { isAuditId } from "@modelkeep/code-audit/suppressions/accept";
import type { Scored } from "@modelkeep/code-audit/score/score";
import {
  type Accepted,
  auditProject,
  type DepsReport,
  OsvDatabase,
  readAccepted,
  readProject,
  recordsSource,
} from "@modelkeep/deps";
import { type Said, tell } from "@modelkeep/deps/messages/said";
import type { Config } from "../config.ts";
import { readRegister } from "./register.ts";

/** What is known of the dependencies in the paths that are audited. */
export interface Dependencies {
  readonly report: DepsReport;
  /** For the score; undefined where nothing was looked up. */
  readonly scored: readonly Scored[] | undefined;
  /** Its rules, as far as it found something: what to do about it. */
  readonly rules: readonly AuditRule[];
}

/**
 * Looks the dependencies of paths up in advisories, as `modelkeep deps` does.
 * @param osv folders or zips of OSV records; none: nothing is looked up, and nothing is known
 * @param accepted risks that somebody answers for
 * @returns undefined where no file declares dependencies
 */
export function dependenciesOf(
  paths: readonly string[],
  osv: readonly string[],
  accepted: readonly Accepted[],
): Dependencies | undefined {
  const project = readProject(paths);
  if (project.files.length === 0 && project.unread.length === 0) return undefined;
  const sources = osv.map((path) => recordsSource(path, OsvDatabase.open(path, ["PyPI", "npm"])));
  const report = auditProject(project, { sources, accepted, now: Date.now() });
  const scored = report.findings.map(({ ruleId, severity, accepted: entry }) => ({
    ruleId,
    severity,
    accepted: entry !== undefined,
  }));
  return { report, scored: sources.length === 0 ? undefined : scored, rules: rulesOf(report) };
}

function rulesOf({ findings }: DepsReport): AuditRule[] {
  const first = new Map(findings.toReversed().map((finding) => [finding.ruleId, finding]));
  return [...first].map(([id, { severity, message, advice }]) => ({
    id,
    name: id.toLowerCase(),
    title: both(message),
    severity,
    cwe: "CWE-1395",
    advice: both(advice),
  }));
}

function both(said: Said): Localized {
  return { en: tell(said, "en"), zh: tell(said, "zh") };
}

/**
 * The accepted risks of dependencies: `deps.accept` of the configuration, and what the register that the audit shares
 * says of advisories and rules of dependencies.
 * @throws {ModelkeepError} `CONFIGURATION`
 */
export async function acceptedDependencies(
  config: Pick<Config, "audit" | "deps">,
  register: string | undefined = config.audit.risks,
): Promise<readonly Accepted[]> {
  const risks = await readRegister(register, config.audit.accepted ?? []);
  const shared = risks.filter(({ id }) => !isAuditId(id, AUDIT_RULES));
  return [
    ...readAccepted(config.deps.accept),
    ...shared.map(({ id, paths, reason, owner, expires }) => ({ id, paths, reason, owner, expires })),
  ];
}
