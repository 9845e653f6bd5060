import { METRICS_4, MAX_VECTORS, DEPTHS, SCORES } from "./cvss4-tables.ts";

type Metrics = ReadonlyMap<string, string>;

/**
 * Score of a CVSS 4.0 vector with the threat and environmental metrics that it says
 * (first.org/cvss/v4-0/specification-document, section 8.2: the score of the macro vector, lowered by how far the
 * vector lies below the worst one of the same macro vector).
 * @returns 0 to 10, or undefined when it is no whole vector
 */
export function cvss4Score(vector: string): number | undefined {
  const metrics = metricsOf(vector);
  if (metrics === undefined) return undefined;
  if (["VC", "VI", "VA", "SC", "SI", "SA"].every((name) => valueOf(metrics, name) === "N")) return 0;
  const classes = classesOf(metrics);
  const score = scoreOf(classes);
  if (score === undefined) return undefined;
  const distances = distancesOf(metrics, classes);
  const lowered = GROUPS.flatMap((group) => {
    const next = nextScore(classes, group);
    if (next === undefined) return [];
    const depth = depthOf(classes, group);
    return [(score - next) * ((distances.get(group) ?? 0) / depth)];
  });
  const mean = lowered.length === 0 ? 0 : lowered.reduce((sum, one) => sum + one, 0) / lowered.length;
  return Math.round((Math.min(10, Math.max(0, score - mean)) + 1e-6) * 10) / 10;
}

/** Equivalence classes EQ1 to EQ6; EQ3 and EQ6 depend on each other and count as one group. */
type Classes = readonly [number, number, number, number, number, number];
type Group = "1" | "2" | "36" | "4" | "5";
const GROUPS: readonly Group[] = ["1", "2", "36", "4", "5"];

function metricsOf(vector: string): Metrics | undefined {
  if (!vector.startsWith("CVSS:4.0/")) return undefined;
  const metrics = new Map<string, string>();
  for (const part of vector.slice("CVSS:4.0/".length).split("/")) {
    const [name = "", value = "", ...more] = part.split(":");
    const known = METRICS_4.get(name);
    if (known === undefined || !known.includes(value) || more.length > 0 || metrics.has(name))
      return undefined;
    metrics.set(name, value);
  }
  const mandatory = ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];
  return mandatory.every((name) => metrics.has(name)) ? metrics : undefined;
}

/** A modified metric stands for the metric; what is not defined counts as the worst. */
function valueOf(metrics: Metrics, name: string): string {
  const modified = metrics.get(`M${name}`);
  if (modified !== undefined && modified !== "X") return modified;
  const value = metrics.get(name) ?? "X";
  if (value !== "X") return value;
  return name === "E" ? "A" : ["CR", "IR", "AR"].includes(name) ? "H" : value;
}

function classesOf(metrics: Metrics): Classes {
  const is = (name: string, value: string): boolean => valueOf(metrics, name) === value;
  const none = ["AV", "PR", "UI"].filter((name) => is(name, "N")).length;
  const high = is("VC", "H") && is("VI", "H");
  const anyHigh = is("VC", "H") || is("VI", "H") || is("VA", "H");
  const safety = is("SI", "S") || is("SA", "S");
  const subsequent = is("SC", "H") || is("SI", "H") || is("SA", "H");
  const required = [
    ["CR", "VC"],
    ["IR", "VI"],
    ["AR", "VA"],
  ].some(([requirement = "", impact = ""]) => is(requirement, "H") && is(impact, "H"));
  return [
    none === 3 ? 0 : none === 0 || is("AV", "P") ? 2 : 1,
    is("AC", "L") && is("AT", "N") ? 0 : 1,
    high ? 0 : anyHigh ? 1 : 2,
    safety ? 0 : subsequent ? 1 : 2,
    ["A", "P", "U"].indexOf(valueOf(metrics, "E")),
    required ? 0 : 1,
  ];
}

function scoreOf(classes: Classes): number | undefined {
  const score = SCORES.get(classes.join(""));
  return score === undefined ? undefined : score / 10;
}

/** The score of the next lower macro vector in one group. */
function nextScore([one, two, three, four, five, six]: Classes, group: Group): number | undefined {
  if (group === "1") return scoreOf([one + 1, two, three, four, five, six]);
  if (group === "2") return scoreOf([one, two + 1, three, four, five, six]);
  if (group === "4") return scoreOf([one, two, three, four + 1, five, six]);
  if (group === "5") return scoreOf([one, two, three, four, five + 1, six]);
  if (three === 0 && six === 0) {
    const both = [scoreOf([one, two, 0, four, five, 1]), scoreOf([one, two, 1, four, five, 0])];
    return Math.max(...both.map((score) => score ?? 0));
  }
  return three === 1 && six === 0
    ? scoreOf([one, two, 1, four, five, 1])
    : scoreOf([one, two, three + 1, four, five, three === 2 ? six + 1 : six]);
}

function depthOf([one, two, three, four, , six]: Classes, group: Group): number {
  const key =
    group === "1" ? one : group === "2" ? two : group === "4" ? four : group === "5" ? 0 : `${three}${six}`;
  return DEPTHS.get(`${group}:${key}`) ?? 1;
}

/** How many steps the vector lies below the worst vectors of its macro vector, in each group. */
function distancesOf(metrics: Metrics, [one, two, three, four, , six]: Classes): ReadonlyMap<Group, number> {
  const keys: [Group, string][] = [
    ["1", `1:${one}`],
    ["2", `2:${two}`],
    ["36", `36:${three}${six}`],
    ["4", `4:${four}`],
  ];
  return new Map(
    keys.map(([group, key]): [Group, number] => [group, distance(metrics, MAX_VECTORS.get(key) ?? [])]),
  );
}

/** From the first of the worst vectors that is nowhere better than this one. */
function distance(metrics: Metrics, worst: readonly string[]): number {
  for (const vector of worst) {
    const steps = vector.split("/").map((part) => {
      const [name = "", value = ""] = part.split(":");
      return stepOf(name, valueOf(metrics, name)) - stepOf(name, value);
    });
    if (steps.every((step) => step >= 0)) return steps.reduce((sum, step) => sum + step, 0);
  }
  return 0;
}

/** Steps below the worst value of a metric. */
function stepOf(name: string, value: string): number {
  const order = name.startsWith("S")
    ? "SHLN"
    : (METRICS_4.get(name) ?? []).filter((one) => one !== "X").join("");
  return order.indexOf(value);
}
