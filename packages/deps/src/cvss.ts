import type { Severity } from "@modelkeep/findings";

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
