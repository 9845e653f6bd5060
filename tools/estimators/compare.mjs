// Compares the native engine with scikit-learn's own answers over corpora that make_corpus.py wrote.
//   node tools/estimators/compare.mjs [--report docs/estimators.md] [--verbose] [--quiet-strict] CORPUS...
// Exit 1 when any answer is wrong. A model that is refused by name is no failure; it is counted.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bufferSource } from "@modelkeep/bytes";
import { loadBoosterFile, loadModel } from "@modelkeep/estimators";
import { readModelGraph } from "@modelkeep/formats/model-graph";
import { CANCELLING, differs, tolerance, toInput } from "./answers.mjs";
import { sectionsOf } from "./section.mjs";

const args = process.argv.slice(2);
const verbose = take("--verbose", false);
const quietStrict = take("--quiet-strict", false);
const only = take("--only", true);
const report = take("--report", true);

function take(flag, valued) {
  const at = args.indexOf(flag);
  if (at < 0) return undefined;
  const [, value] = args.splice(at, valued ? 2 : 1);
  return valued ? value : true;
}

function readModel(folder) {
  const file = readdirSync(folder).find((name) => name.startsWith("model."));
  if (/\.(?:ubj|json|lgb)$/u.test(file)) {
    const className = file.endsWith(".lgb") ? "lightgbm.basic.Booster" : "xgboost.core.Booster";
    return loadBoosterFile(bufferSource(readFileSync(join(folder, file)), file), className);
  }
  const bytes = readFileSync(join(folder, file));
  const graph = readModelGraph(bufferSource(bytes, file));
  if (graph === undefined)
    throw Object.assign(new Error("the file is not explained"), { code: "unexplained" });
  return loadModel(graph.root);
}

const table = new Map();
const wrong = [];
const refused = new Map();

for (const corpus of args) {
  for (const folder of readdirSync(corpus)) {
    if (only && !folder.includes(only)) continue;
    compareCase(join(corpus, folder));
  }
}

function compareCase(folder) {
  let info;
  try {
    info = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
  } catch {
    return;
  }
  const key = `${classOf(info)}\t${info.sklearn}`;
  const row = table.get(key) ?? { exact: 0, refused: 0, wrong: 0, strict: 0, reasons: new Set() };
  table.set(key, row);
  let model;
  try {
    model = readModel(folder);
  } catch (error) {
    if (error.name === "EstimatorError" || error.code === "unexplained") {
      row.refused++;
      row.reasons.add(error.message);
      refused.set(error.message, (refused.get(error.message) ?? 0) + 1);
      return;
    }
    row.wrong++;
    wrong.push(`${folder}: load: ${error.stack}`);
    return;
  }
  info.inputs.forEach((dumped, i) => {
    for (const [method, want] of Object.entries(info.expected[i]))
      compareCall(folder, row, model, { name: info.name, dumped, method, want, i });
  });
}

/** A bare Booster has no class that says whose it is. */
function classOf(info) {
  const [kind, library] = info.name.split("/");
  return kind === "booster" && info.class === "Native" ? `Booster (${library})` : info.class;
}

function compareCall(folder, row, model, { name, dumped, method, want, i }) {
  const label = `${folder} input ${i} ${method}`;
  if (!model.methods.includes(method)) {
    if (want.error) return;
    row.refused++;
    row.reasons.add(`no ${method}`);
    return;
  }
  let got;
  try {
    got = model.invoke(method, toInput(dumped));
  } catch (error) {
    if (error.name !== "EstimatorError") {
      row.wrong++;
      wrong.push(`${label}: ${error.stack}`);
    } else if (want.error) row.exact++;
    else {
      row.strict++;
      row.reasons.add(error.message);
      if (!quietStrict) wrong.push(`${label}: STRICTER: ${error.message}`);
    }
    return;
  }
  // An old library on a newer SciPy may lack an attribute, and pandas 3 lends arrays that are not to be written to: that is
  // no answer to be compared with.
  if (want.error !== undefined && /^AttributeError|is read-only$/u.test(want.error)) return;
  const problem = want.error
    ? `answers where the library raises ${want.error}`
    : differs(got, want, tolerance(name, dumped, want), CANCELLING.has(method));
  if (problem === undefined) row.exact++;
  else {
    row.wrong++;
    wrong.push(`${label}: ${problem}`);
  }
}

const sum = (field) => [...table.values()].reduce((n, row) => n + row[field], 0);
if (verbose)
  for (const [reason, n] of [...refused].sort((a, b) => b[1] - a[1])) console.log(`refused ${n}: ${reason}`);
if (verbose)
  for (const [key, { reasons }] of table)
    for (const reason of reasons) if (reason.startsWith("no ")) console.log(`${key}: ${reason}`);
for (const line of wrong) console.log(line);
console.log(
  `answers: ${sum("exact")} exact, ${sum("strict")} refused at the call, ${sum("wrong")} wrong; models refused by name: ${sum("refused")}`,
);
if (report)
  writeFileSync(report, markdown() + (existsSync(report) ? sectionsOf(readFileSync(report, "utf8")) : ""));
process.exitCode = sum("wrong") > 0 ? 1 : 0;

function markdown() {
  const versions = [...new Set([...table.keys()].map((key) => key.split("\t")[1]))].sort((a, b) =>
    a.localeCompare(b, undefined, { numeric: true }),
  );
  const names = [...new Set([...table.keys()].map((key) => key.split("\t")[0]))].sort((a, b) =>
    a.localeCompare(b),
  );
  const lines = [
    "# Estimators that are evaluated natively",
    "",
    "Made by `npm run estimators:compare`. Each cell counts answers of the native engine compared with the library's own",
    "(1e-9 relative, or 1e-14 between log-probabilities or decisions; 2e-6 where the library computes in float32): `n` equal, `refused` models that the engine refuses by name,",
    "`strict` calls it refuses although the library answers, **wrong** answers (must be 0).",
    "XGBoost and LightGBM stand in the column of the scikit-learn beside them: 1.3.2 with XGBoost 1.7.6 and LightGBM 3.3.5,",
    "1.5.2 with 2.1.4 and 4.3.0, 1.9.1 with 3.2.0 and 4.7.0. Models and inputs of `fuzz.py` and `boosters.py` are among them.",
    "",
    `| class | ${versions.join(" | ")} |`,
    `|---|${versions.map(() => "---").join("|")}|`,
  ];
  for (const name of names) {
    const cells = versions.map((version) => {
      const row = table.get(`${name}\t${version}`);
      if (row === undefined) return "";
      const parts = [];
      if (row.exact) parts.push(`${row.exact}`);
      if (row.refused) parts.push(`${row.refused} refused`);
      if (row.strict) parts.push(`${row.strict} strict`);
      if (row.wrong) parts.push(`**${row.wrong} wrong**`);
      return parts.join(", ");
    });
    lines.push(`| ${name} | ${cells.join(" | ")} |`);
  }
  return `${lines.join("\n")}\n`;
}
