import type { Severity } from "@modelkeep/findings";
import type { Advisories } from "../advisories.ts";
import type { DepsFinding } from "../finding.ts";
import type { Said } from "../messages/said.ts";
import type { Dependency } from "../model.ts";
import type { IndexPages } from "../online/page.ts";
import type { Project, ProjectFile } from "../project.ts";
import { ruleOf } from "../rules.ts";
import type { Span } from "../text/lines.ts";

/** What every check sees. */
export interface CheckContext {
  readonly project: Project;
  readonly advisories: Advisories;
  /** What the index says of packages, where it was asked. */
  readonly pages: IndexPages;
  /** Hashes are demanded for all files. */
  readonly requireHashes: boolean;
}

/** One dependency and its file. */
export interface Located {
  readonly file: ProjectFile;
  readonly dependency: Dependency;
}

export function dependenciesOf(project: Project): Located[] {
  return project.files.flatMap((file) =>
    file.reading.dependencies.map((dependency) => ({ file, dependency })),
  );
}

type Extra = Partial<DepsFinding>;

/** A finding at a place of a file, with the severity of its rule unless another is given. */
export function findingAt(
  file: ProjectFile,
  at: Span,
  ruleId: string,
  message: Said,
  advice: Said,
  extra: Extra = {},
): DepsFinding {
  const start = file.positionOf(at.start);
  const end = file.positionOf(Math.max(at.start, at.end));
  return {
    ...{ ruleId, severity: ruleOf(ruleId).severity, severitySaid: true, message, advice },
    ...{ file: file.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column },
    ...extra,
  };
}

/** The same, about a package. */
export function findingOf(
  { file, dependency }: Located,
  ruleId: string,
  message: Said,
  advice: Said,
  extra: Extra = {},
): DepsFinding {
  const version = dependency.version ?? dependency.specifier;
  return findingAt(file, dependency.at, ruleId, message, advice, {
    ...{ ecosystem: dependency.ecosystem, package: dependency.name, version },
    ...extra,
  });
}

/** What an advisory says, or high: what it does not say may be anything. */
export function severityOrHigh(severity: Severity | "unknown"): Severity {
  return severity === "unknown" ? "high" : severity;
}
