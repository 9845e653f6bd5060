import type { Severity } from "@modelkeep/findings";
import { PARTS, type Part, partOf, WEIGHTS } from "./parts.ts";

/** What the score needs to know of one finding. */
export interface Scored {
  readonly ruleId: string;
  readonly severity: Severity;
  /** Silenced with a reason, by a comment or the register: the risk is there still, so it counts half, but caps nothing. */
  readonly accepted?: boolean;
}

export interface ScoreInput {
  /** Of the code and what surrounds it. */
  readonly findings: readonly Scored[];
  /** Of the dependencies, looked up in advisories; undefined where there was no data to look into. */
  readonly dependencies?: readonly Scored[];
  /** Files that could not be read at all, and files that were audited around a fault. */
  readonly unread: number;
  readonly partial: number;
}

/** What the findings of one rule cost. */
export interface Deduction {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly findings: number;
  /** How many of them are accepted, and so count half. */
  readonly accepted: number;
  readonly penalty: number;
  /** Points of its part that are lost to it. */
  readonly lost: number;
}

export interface PartScore {
  readonly part: Part;
  readonly weight: number;
  readonly points: number;
  /** `no-data`: nobody looked, so it gives no points. */
  readonly state: "assessed" | "no-data";
  /** Dearest first. */
  readonly deductions: readonly Deduction[];
}

/** Why the total cannot be above a limit, whatever the parts give. */
export interface Cap {
  readonly reason: "critical" | "high" | "unread" | "partial";
  readonly count: number;
  readonly limit: number;
}

/** One thing to do, and the total when it and those before it are done. */
export interface Improvement {
  readonly kind: "rule" | "unread" | "partial" | "data";
  readonly ruleId?: string;
  /** Findings or files that it is about. */
  readonly count: number;
  readonly after: number;
  /** What the parts then give, before the caps. */
  readonly sum: number;
}

export interface Score {
  /** 0 to 100, whole. */
  readonly total: number;
  /** What the parts give together, before the caps. */
  readonly sum: number;
  readonly parts: readonly PartScore[];
  /** Lowest limit first. */
  readonly caps: readonly Cap[];
  /** The three that raise the total most, each counted on top of those before it. */
  readonly improvements: readonly Improvement[];
}

const PENALTY: Readonly<Record<Severity, number>> = { critical: 10, high: 5, medium: 2, low: 0.5, info: 0 };
/** Every so much penalty halves what is left of a part. */
const HALVING = 10;
const LIMIT: Readonly<Record<Cap["reason"], number>> = { critical: 49, high: 79, unread: 79, partial: 94 };
const STEPS = 3;

/**
 * The security score. It depends on what was found alone, never on how much clean code lies beside it, and taking a
 * finding away never lowers it: within a rule the nth finding, worst first, costs 1/n of its severity's penalty, and a
 * part gives its weight, halved for every ten of penalty.
 */
export function scoreOf(input: ScoreInput): Score {
  return { ...evaluate(input), improvements: improvementsOf(input) };
}

function evaluate(input: ScoreInput): Omit<Score, "improvements"> {
  const parts = PARTS.map((part) => partScore(part, input));
  const sum = rounded(parts.reduce((total, { points }) => total + points, 0));
  const caps = capsOf(input);
  const total = Math.floor(Math.min(sum, ...caps.map(({ limit }) => limit)));
  return { total, sum, parts, caps };
}

function partScore(part: Part, input: ScoreInput): PartScore {
  const weight = WEIGHTS[part];
  const isDependencies = part === "dependencies";
  if (isDependencies && input.dependencies === undefined) {
    return { part, weight, points: 0, state: "no-data", deductions: [] };
  }
  const findings = isDependencies
    ? input.dependencies
    : input.findings.filter((one) => partOf(one.ruleId) === part);
  const byRule = Map.groupBy(findings ?? [], ({ ruleId }) => ruleId);
  const penalties = [...byRule].map(([ruleId, of]) => penaltyOf(ruleId, of)).sort(dearestFirst);
  const penalty = penalties.reduce((total, one) => total + one.penalty, 0);
  const points = rounded(weight * 2 ** (-penalty / HALVING));
  const deductions = penalties.map((one) => ({
    ...one,
    lost: penalty === 0 ? 0 : rounded(((weight - points) * one.penalty) / penalty),
  }));
  return { part, weight, points, state: "assessed", deductions };
}

function penaltyOf(ruleId: string, findings: readonly Scored[]): Omit<Deduction, "lost"> {
  const costs = findings.map(({ severity, accepted }) => PENALTY[severity] * (accepted === true ? 0.5 : 1));
  const penalty = costs.sort((a, b) => b - a).reduce((total, cost, index) => total + cost / (index + 1), 0);
  const [worst] = findings.toSorted((a, b) => PENALTY[b.severity] - PENALTY[a.severity]);
  return {
    ruleId,
    severity: worst?.severity ?? "info",
    findings: findings.length,
    accepted: findings.filter(({ accepted }) => accepted === true).length,
    penalty: rounded(penalty),
  };
}

function dearestFirst(a: Omit<Deduction, "lost">, b: Omit<Deduction, "lost">): number {
  return b.penalty - a.penalty || (a.ruleId < b.ruleId ? -1 : 1);
}

function capsOf({ findings, dependencies = [], unread, partial }: ScoreInput): Cap[] {
  const open = [...findings, ...dependencies].filter(({ accepted }) => accepted !== true);
  const counts = {
    critical: open.filter(({ severity }) => severity === "critical").length,
    high: open.filter(({ severity }) => severity === "high").length,
    unread,
    partial,
  };
  const reasons = ["critical", "high", "unread", "partial"] as const;
  return reasons
    .filter((reason) => counts[reason] > 0)
    .map((reason) => ({ reason, count: counts[reason], limit: LIMIT[reason] }));
}

interface Candidate {
  readonly improvement: Omit<Improvement, "after" | "sum">;
  readonly input: ScoreInput;
}

interface Tried extends Candidate {
  readonly result: Omit<Score, "improvements">;
}

/** Under a cap that stays, what the parts give decides; where they give the same, what lifts another cap. */
function bestFirst(a: Tried, b: Tried): number {
  const [left, right] = [a.result, b.result];
  return (
    right.total - left.total ||
    right.sum - left.sum ||
    left.caps.length - right.caps.length ||
    ((a.improvement.ruleId ?? "") < (b.improvement.ruleId ?? "") ? -1 : 1)
  );
}

function improvementsOf(input: ScoreInput): Improvement[] {
  const done: Improvement[] = [];
  let current = input;
  while (done.length < STEPS) {
    const [best] = candidates(current)
      .map((candidate) => ({ ...candidate, result: evaluate(candidate.input) }))
      .sort(bestFirst);
    if (best === undefined) break;
    done.push({ ...best.improvement, after: best.result.total, sum: best.result.sum });
    current = best.input;
  }
  return done;
}

function candidates(input: ScoreInput): Candidate[] {
  const { findings, dependencies } = input;
  const all = Map.groupBy([...findings, ...(dependencies ?? [])], ({ ruleId }) => ruleId);
  const rules = [...all].map(([ruleId, of]): Candidate => {
    const rest = { findings: without(findings, ruleId) };
    const kept = dependencies === undefined ? rest : { ...rest, dependencies: without(dependencies, ruleId) };
    return { improvement: { kind: "rule", ruleId, count: of.length }, input: { ...input, ...kept } };
  });
  const { unread, partial } = input;
  if (unread > 0) {
    rules.push({ improvement: { kind: "unread", count: unread }, input: { ...input, unread: 0 } });
  }
  if (partial > 0) {
    rules.push({ improvement: { kind: "partial", count: partial }, input: { ...input, partial: 0 } });
  }
  if (dependencies === undefined) {
    rules.push({ improvement: { kind: "data", count: 0 }, input: { ...input, dependencies: [] } });
  }
  return rules.filter(
    ({ input: next }) => evaluate(next).sum > evaluate(input).sum || isLessCapped(next, input),
  );
}

/** What lifts a cap is worth doing although the parts give no more for it. */
function isLessCapped(next: ScoreInput, input: ScoreInput): boolean {
  return capsOf(next).length < capsOf(input).length;
}

function without(findings: readonly Scored[], ruleId: string): readonly Scored[] {
  return findings.filter((one) => one.ruleId !== ruleId);
}

/** To a thousandth: what is shown is what was added up. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
