/**
 * What GitHub code scanning asks of a SARIF file, after the rules GH1001 to GH2012 of the SARIF Multitool 5.7 and the
 * limits of GitHub's documentation ("SARIF results exceed one or more limits"). Gives each violation as `rule path`.
 */
export function githubComplaints(log: unknown): string[] {
  const complaints: string[] = [];
  const complain = (rule: string, path: string): void => void complaints.push(`${rule} ${path}`);
  if (get(log, "version") !== "2.1.0") complain("GH1013", "version");
  if (!/sarif-(?:schema-)?2\.1\.0(?:-rtm\.[56])?\.json$/u.test(String(get(log, "$schema"))))
    complain("GH1011", "$schema");
  const runs = list(get(log, "runs"));
  if (runs.length === 0 || runs.length > 20) complain("GH1004", "runs");
  for (const [index, run] of runs.entries()) checkRun(run, `runs[${index}]`, complain);
  return complaints;
}

type Complain = (rule: string, path: string) => void;

function checkRun(run: unknown, path: string, complain: Complain): void {
  const driver = get(run, "tool", "driver");
  if (typeof get(driver, "name") !== "string") complain("GH1018", `${path}.tool`);
  const rules = list(get(driver, "rules"));
  if (rules.length > 25_000) complain("GH1004", `${path}.rules`);
  for (const [index, rule] of [...rules, ...list(get(driver, "notifications"))].entries()) {
    checkDescriptor(rule, `${path}.rules[${index}]`, complain);
  }
  for (const [index, rule] of rules.entries()) checkRuleWords(rule, `${path}.rules[${index}]`, complain);
  const results = get(run, "results");
  if (!Array.isArray(results)) complain("GH1014", `${path}.results`);
  if (list(results).length > 25_000) complain("GH1004", `${path}.results`);
  for (const [index, result] of list(results).entries()) {
    checkResult(result, rules, `${path}.results[${index}]`, complain);
  }
}

function checkDescriptor(rule: unknown, path: string, complain: Complain): void {
  for (const key of ["shortDescription", "fullDescription", "help"]) {
    if (typeof get(rule, key, "text") !== "string") complain("GH2012", `${path}.${key}`);
  }
  if (String(get(rule, "shortDescription", "text")).length > 1024)
    complain("length", `${path}.shortDescription`);
  if (String(get(rule, "fullDescription", "text")).length > 1024)
    complain("length", `${path}.fullDescription`);
}

function checkRuleWords(rule: unknown, path: string, complain: Complain): void {
  const severity = Number(get(rule, "properties", "security-severity"));
  if (!(severity >= 0 && severity <= 10)) complain("security-severity", path);
  if (typeof get(rule, "properties", "security-severity") !== "string") complain("security-severity", path);
  const precision = String(get(rule, "properties", "precision"));
  if (!["very-high", "high", "medium", "low"].includes(precision)) complain("precision", path);
  const tags = list(get(rule, "properties", "tags"));
  if (tags.length > 20 || !tags.includes("security")) complain("tags", path);
}

function checkResult(result: unknown, rules: readonly unknown[], path: string, complain: Complain): void {
  if (typeof get(result, "message", "text") !== "string") complain("GH1007", path);
  const index = get(result, "ruleIndex");
  if (typeof index !== "number" || get(rules[index], "id") !== get(result, "ruleId"))
    complain("GH1015", path);
  if (get(result, "partialFingerprints") === undefined) complain("GH1015", `${path}.partialFingerprints`);
  const locations = list(get(result, "locations"));
  if (locations.length === 0) complain("GH1001", path);
  if (locations.length > 1000) complain("GH1004", `${path}.locations`);
  for (const location of locations) checkLocation(location, path, complain);
  let steps = 0;
  for (const flow of list(get(result, "codeFlows"))) {
    for (const thread of list(get(flow, "threadFlows"))) {
      for (const step of list(get(thread, "locations"))) {
        steps++;
        if (get(step, "index") !== undefined || get(step, "location") === undefined) complain("GH1002", path);
        else checkLocation(get(step, "location"), path, complain);
      }
    }
  }
  if (steps > 10_000) complain("GH1004", `${path}.codeFlows`);
}

function checkLocation(location: unknown, path: string, complain: Complain): void {
  const uri = get(location, "physicalLocation", "artifactLocation", "uri");
  if (typeof uri !== "string") return complain("GH1017", path);
  if (/^[a-z][a-z0-9+.-]*:/iu.test(uri) && !uri.startsWith("file:")) complain("GH1005", path);
  if (uri.startsWith("file:")) complain("GH1006", path);
  const region = get(location, "physicalLocation", "region");
  const startLine = get(region, "startLine");
  if (typeof startLine !== "number" || startLine < 1) return complain("GH1003", path);
  const [endLine = startLine, startColumn = 1, endColumn] = ["endLine", "startColumn", "endColumn"].map(
    (key) => get(region, key),
  );
  if (Number(endLine) < startLine) complain("GH1003", path);
  if (endLine === startLine && endColumn !== undefined && Number(endColumn) < Number(startColumn))
    complain("GH1003", path);
}

function get(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
