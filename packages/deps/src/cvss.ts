import { cvss4Score } from "./cvss4.ts";
import type { Severity } from "@modelkeep/findings";

/**
 * Base score of a CVSS vector of version 2, 3.0, 3.1 or 4.0.
 * @returns 0 to 10, or undefined when it is no whole vector
 */
export function scoreOf(vector: string): number | undefined {
  if (vector.length > MAX_VECTOR) return undefined;
  if (vector.startsWith("CVSS:4")) return cvss4Score(vector);
  return vector.startsWith("CVSS:3") ? cvss3Score(vector) : cvss2Score(vector);
}

const MAX_VECTOR = 500;
const METRICS_2 =
  /^\(?AV:([LAN])\/AC:([HML])\/Au:([MSN])\/C:([NPC])\/I:([NPC])\/A:([NPC])(?:\/[A-Za-z]+:[A-Za-z]+)*\)?$/u;

/** first.org/cvss/v2/guide, section 3.2.1. */
function cvss2Score(vector: string): number | undefined {
  const match = METRICS_2.exec(vector);
  if (match === null) return undefined;
  const [, av = "", ac = "", au = "", ...cia] = match;
  const [access, complexity, authentication] = [ACCESS_2.get(av), COMPLEXITY_2.get(ac), LOGINS_2.get(au)];
  const rest = cia.reduce((product, value) => product * (1 - (IMPACT_2.get(value) ?? 0)), 1);
  const impact = 10.41 * (1 - rest);
  const exploitability = 20 * (access ?? 0) * (complexity ?? 0) * (authentication ?? 0);
  const base = (0.6 * impact + 0.4 * exploitability - 1.5) * (impact === 0 ? 0 : 1.176);
  return Math.round(base * 10) / 10;
}

const ACCESS_2: ReadonlyMap<string, number> = new Map([
  ["L", 0.395],
  ["A", 0.646],
  ["N", 1],
]);
const COMPLEXITY_2: ReadonlyMap<string, number> = new Map([
  ["H", 0.35],
  ["M", 0.61],
  ["L", 0.71],
]);
const LOGINS_2: ReadonlyMap<string, number> = new Map([
  ["M", 0.45],
  ["S", 0.56],
  ["N", 0.704],
]);
const IMPACT_2: ReadonlyMap<string, number> = new Map([
  ["N", 0],
  ["P", 0.275],
  ["C", 0.66],
]);

/**
 * Base score of a CVSS 3.0 or 3.1 vector (first.org/cvss/v3.1/specification-document, section 7.1).
 * @returns 0 to 10, or undefined when it is no whole vector of that kind
 */
export function cvss3Score(vector: string): number | undefined {
  if (!/^CVSS:3\.[01]\//u.test(vector)) return undefined;
  const metrics = new Map(
    vector.split("/").map((part): [string, string] => {
      const [name = "", value = ""] = part.split(":");
      return [name, value];
    }),
  );
  const weight = (name: string): number => WEIGHTS.get(`${name}:${metrics.get(name) ?? ""}`) ?? Number.NaN;
  const changed = metrics.get("S") === "C";
  const privileges = (changed ? CHANGED_PRIVILEGES : PRIVILEGES).get(metrics.get("PR") ?? "") ?? Number.NaN;
  const inverse = (1 - weight("C")) * (1 - weight("I")) * (1 - weight("A"));
  const base = 1 - inverse;
  const impact = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  const exploitability = 8.22 * weight("AV") * weight("AC") * privileges * weight("UI");
  const score = impact <= 0 ? 0 : roundUp(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10));
  return Number.isNaN(exploitability + impact) || !["U", "C"].includes(metrics.get("S") ?? "")
    ? undefined
    : score;
}

/** The rating scale of section 5. */
export function severityOf(score: number): Severity {
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "info";
}

/** Appendix A: up to one decimal, free of the machine's own rounding. */
function roundUp(value: number): number {
  const whole = Math.round(value * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

const PRIVILEGES: ReadonlyMap<string, number> = new Map([
  ["N", 0.85],
  ["L", 0.62],
  ["H", 0.27],
]);
const CHANGED_PRIVILEGES: ReadonlyMap<string, number> = new Map([
  ["N", 0.85],
  ["L", 0.68],
  ["H", 0.5],
]);
const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ["AV:N", 0.85],
  ["AV:A", 0.62],
  ["AV:L", 0.55],
  ["AV:P", 0.2],
  ["AC:L", 0.77],
  ["AC:H", 0.44],
  ["UI:N", 0.85],
  ["UI:R", 0.62],
  ...["C", "I", "A"].flatMap((name): [string, number][] => [
    [`${name}:H`, 0.56],
    [`${name}:L`, 0.22],
    [`${name}:N`, 0],
  ]),
]);
