import type { Inspected, Inspector, ProjectContext } from "../inspector.ts";
import type { AuditFinding } from "../model/finding.ts";
import type { Unaudited } from "../model/report.ts";
import type { Source } from "../model/source.ts";
import { findingOf } from "../rules/places.ts";
import { PYTHON_RULES } from "../rules/index.ts";
import { bestOfPlaces } from "../rules/best.ts";
import { Evaluator, type Shortfall } from "./evaluator.ts";
import type { Module } from "./types.ts";
import { freshModule, Modules } from "./modules.ts";
import { loadGrammar } from "./parse.ts";
import type { Localized } from "../model/text.ts";

/** Modules of a project, for all of its files that one thread audits. */
const known = new WeakMap<ProjectContext, Modules>();

function modulesOf(project: ProjectContext): Modules {
  const modules = known.get(project) ?? new Modules(project);
  known.set(project, modules);
  return modules;
}

export const pythonInspector: Inspector = {
  kinds: ["python"],
  prepare: loadGrammar,
  inspect(source: Source, project: ProjectContext): Inspected {
    const modules = modulesOf(project);
    const { syntax } = modules.keep(source);
    return inspectModule(freshModule(source, syntax), modules);
  },
};

/** What the rules find in a module, and what of it was not evaluated. */
export function inspectModule(module: Module, modules: Modules): Inspected {
  const evaluator = new Evaluator(modules);
  const facts = evaluator.facts(module);
  const findings: AuditFinding[] = [];
  for (const rule of PYTHON_RULES) rule.check(facts, (found) => findings.push(findingOf(rule, found)));
  return {
    findings: bestOfPlaces(findings),
    unaudited: [...unparsed(module), ...unevaluated(module, evaluator)],
  };
}

function unparsed(module: Module): readonly Unaudited[] {
  const { path } = module.source;
  const [first, ...others] = module.syntax.errors;
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : `, and ${others.length} more places`;
  return [
    {
      path,
      place: module.place(first[0], first[1]),
      state: "partial",
      reason: {
        en: `syntax error${more}: audited around it`,
        zh: `语法错误（共 ${others.length + 1} 处）：其余部分已审计`,
      },
    },
  ];
}

const REASONS: Readonly<Record<Shortfall, Localized>> = {
  depth: { en: "nested too deeply: what is inside was not evaluated", zh: "嵌套过深：内部未分析" },
  steps: { en: "too many ways through the code: not all were followed", zh: "代码路径过多：未全部分析" },
  facts: { en: "too many calls: not all were looked at", zh: "调用过多：未全部检查" },
};

function unevaluated(module: Module, evaluator: Evaluator): readonly Unaudited[] {
  const { path } = module.source;
  return [...evaluator.shortfalls].map(([what, node]) => {
    const own = node.end <= module.source.text.length;
    return {
      path,
      ...(own ? { place: module.place(node.start, node.start + 1) } : {}),
      state: "partial" as const,
      reason: REASONS[what],
    };
  });
}
