// Counts which of `sklearn.utils.all_estimators()` the native engine accepts, by what census.py wrote.
//   node tools/estimators/census.mjs [--report docs/estimators.md] [--verbose] [--scan] CORPUS
// An estimator counts when every file of it (pickle, cloudpickle, skops) is read and every answer of the library is met:
// predict, predict_proba, predict_log_proba, decision_function, transform, score_samples, whichever it has.
// --scan also says which folders `modelkeep scan` does not admit. Exit 1 when an answer is wrong.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bufferSource } from "@modelkeep/bytes";
import { loadModel } from "@modelkeep/estimators";
import { readModelGraph } from "@modelkeep/formats/model-graph";
import { CANCELLING, differs, tolerance, toInput } from "./answers.mjs";
import { writeSection } from "./section.mjs";

const args = process.argv.slice(2);
const verbose = take("--verbose", false);
const scan = take("--scan", false);
const report = take("--report", true);
const [corpus] = args;
if (corpus === undefined) {
  console.error("census.mjs: no corpus: make one with tools/estimators/census.py");
  process.exit(2);
}

function take(flag, valued) {
  const at = args.indexOf(flag);
  if (at < 0) return undefined;
  const [, value] = args.splice(at, valued ? 2 : 1);
  return valued ? value : true;
}

/** What is wrong with one file of an estimator, or undefined. `kind` is wrong, refused, missing or strict. */
function judge(folder, info) {
  let model;
  try {
    const file = readdirSync(folder).find((name) => name.startsWith("model."));
    const graph = readModelGraph(bufferSource(readFileSync(join(folder, file)), file));
    if (graph === undefined) return { kind: "refused", reason: "the file is not explained" };
    model = loadModel(graph.root);
  } catch (error) {
    return { kind: error.name === "EstimatorError" ? "refused" : "wrong", reason: error.message };
  }
  for (const [i, dumped] of info.inputs.entries()) {
    for (const [method, want] of Object.entries(info.expected[i])) {
      if (want.error !== undefined) continue;
      const problem = call(model, info, { dumped, method, want });
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function call(model, info, { dumped, method, want }) {
  if (!model.methods.includes(method)) return { kind: "missing", reason: `no ${method}` };
  let got;
  try {
    got = model.invoke(method, toInput(dumped));
  } catch (error) {
    return {
      kind: error.name === "EstimatorError" ? "strict" : "wrong",
      reason: `${method}: ${error.message}`,
    };
  }
  const problem = differs(got, want, tolerance(info.name, dumped, want), CANCELLING.has(method));
  return problem === undefined ? undefined : { kind: "wrong", reason: `${method}: ${problem}` };
}

async function admitted(folder) {
  const { scanModelFolder } = await import("@modelkeep/scanner");
  const scanned = await scanModelFolder(folder);
  if (scanned.admitted) return undefined;
  const findings = [...scanned.findings, ...scanned.files.flatMap((file) => file.findings)];
  return findings.map((finding) => `${finding.ruleId} ${finding.message}`).join("; ");
}

const results = new Map();
let wrong = 0;
const notAdmitted = [];
for (const version of readdirSync(corpus).sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))) {
  const rows = new Map();
  results.set(version, rows);
  for (const name of readdirSync(join(corpus, version))) {
    if (name.endsWith(".json")) continue;
    const info = JSON.parse(readFileSync(join(corpus, version, name, "case.json"), "utf8"));
    const problems = info.formats.flatMap((kind) => {
      const problem = judge(join(corpus, version, name, kind), info);
      return problem === undefined ? [] : [{ ...problem, format: kind }];
    });
    rows.set(name, problems[0]);
    if (problems.some(({ kind }) => kind === "wrong")) wrong++;
    for (const { kind, format, reason } of verbose ? problems : problems.filter((p) => p.kind === "wrong"))
      console.log(`${version} ${name} (${format}): ${kind}: ${reason}`);
    if (scan) for (const kind of info.formats) await check(version, name, kind);
  }
}

async function check(version, name, kind) {
  const why = await admitted(join(corpus, version, name, kind));
  if (why !== undefined) notAdmitted.push(`${version} ${name} ${kind}: ${why}`);
}

const line = ([version, rows]) => {
  const equal = [...rows.values()].filter((problem) => problem === undefined).length;
  const share = ((100 * equal) / rows.size).toFixed(1);
  return { version, equal, total: rows.size, share };
};
for (const entry of results) {
  const { version, equal, total, share } = line(entry);
  console.log(`${version}: ${equal} of ${total} estimators accepted and equal: ${share} %`);
}
for (const folder of notAdmitted) console.log(`not admitted by the scanner: ${folder}`);
if (report) writeFileSync(report, writeSection(readFileSync(report, "utf8"), "census", markdown()));
process.exitCode = wrong > 0 ? 1 : 0;

function markdown() {
  const lines = [
    "## Census",
    "",
    "Made by `npm run estimators:census`: every estimator of `sklearn.utils.all_estimators()` that can be fitted, written as MLflow writes it,",
    "and asked about new data. It counts as accepted when its pickle, cloudpickle and skops files (where skops writes it) are all read, and",
    "every answer that the library gives is met: values, shape and dtype.",
    "",
    "| scikit-learn | estimators | accepted and equal | share |",
    "|---|---|---|---|",
    ...[...results].map(line).map((l) => `| ${l.version} | ${l.total} | ${l.equal} | ${l.share} % |`),
    "",
    "Not accepted, with the first reason:",
    "",
  ];
  const reasons = new Map();
  for (const [version, rows] of results)
    for (const [name, problem] of rows)
      if (problem !== undefined) {
        const key = `${name}: ${problem.reason}`;
        reasons.set(key, [...(reasons.get(key) ?? []), version]);
      }
  for (const [key, versions] of [...reasons].sort(([a], [b]) => a.localeCompare(b)))
    lines.push(`- ${key.replaceAll("\n", " ").slice(0, 200)} (${versions.join(", ")})`);
  return `${lines.join("\n")}\n`;
}
