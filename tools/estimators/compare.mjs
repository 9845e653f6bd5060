// Compares the native engine with scikit-learn's own answers over corpora that make_corpus.py wrote.
//   node tools/estimators/compare.mjs [--report docs/estimators.md] [--verbose] CORPUS...
// Exit 1 when any answer is wrong. A model that is refused by name is no failure; it is counted.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bufferSource } from "@modelkeep/bytes";
import { loadBoosterFile, loadModel } from "@modelkeep/estimators";
import { readModelGraph } from "@modelkeep/formats/model-graph";

const args = process.argv.slice(2);
const verbose = take("--verbose", false);
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

const cell = (v) =>
  typeof v !== "string"
    ? v
    : v === "nan!"
      ? NaN
      : v === "inf!"
        ? Infinity
        : v === "-inf!"
          ? -Infinity
          : v.slice(2);

function toInput(dumped) {
  if (dumped.texts) return dumped.texts;
  if (dumped.columns) {
    return {
      columns: new Map(dumped.columns.map(([name, data]) => [name, data.map(cell)])),
      dtypes: Object.fromEntries(dumped.columns.map(([name, , dtype]) => [name, dtype])),
    };
  }
  if (dumped.indptr) return { ...dumped, data: dumped.data.map(cell) };
  return { data: dumped.data.map(cell), shape: dumped.shape, dtype: dumped.dtype };
}

/** The library's single-precision work cannot be matched closer than 1e-6. */
function tolerance(name, dumped) {
  const float32 = dumped?.dtype === "float32";
  return float32 || /float32|Regressor\/init|booster\/(?:xgboost|wrapper\/XGB)/.test(name) ? 2e-6 : 1e-9;
}

/** Differences of numbers of size 1 (a logarithm near 1, votes or kernels against an offset): their last digit is 1e-16. */
const CANCELLING = new Set(["predict_log_proba", "decision_function"]);
const LAST_DIGITS = 1e-14;

function differs(got, want, tol, cancelling = false) {
  if (want.list) {
    if (!Array.isArray(got) || got.length !== want.list.length) return "not a list";
    return want.list.map((w, i) => differs(got[i], w, tol, cancelling)).find(Boolean);
  }
  if (want.columns) return got.columns ? undefined : "not a frame";
  if (want.indptr) {
    if (!got.indptr) return `dense ${got.shape} instead of sparse ${want.shape}`;
    const a = densify(got);
    const b = densify({ ...want, data: want.data.map(cell) });
    return (
      sameNumbers(a, b, tol) ??
      (got.dtype === want.dtype ? undefined : `dtype ${got.dtype} instead of ${want.dtype}`)
    );
  }
  if (got.indptr) return `sparse instead of dense ${want.shape}`;
  if (!got.shape) return `no tensor`;
  if (got.shape.join() !== want.shape.join()) return `shape ${got.shape} instead of ${want.shape}`;
  const wanted = want.data.map(cell);
  const bad = sameNumbers(Array.from(got.data), wanted, tol, tol > 1e-9, cancelling ? LAST_DIGITS : 0);
  if (bad) return bad;
  return got.dtype === want.dtype ? undefined : `dtype ${got.dtype} instead of ${want.dtype}`;
}

function densify({ indptr, indices, data, shape: [rows, cols] }) {
  const out = Array.from({ length: rows * cols }, () => 0);
  for (let r = 0; r < rows; r++)
    for (let k = indptr[r]; k < indptr[r + 1]; k++) out[r * cols + indices[k]] += Number(data[k]);
  return out;
}

function sameNumbers(got, want, tol, absolute = false, floor = 0) {
  if (got.length !== want.length) return `${got.length} values instead of ${want.length}`;
  // Relative to the size of the whole answer: a difference of large numbers may leave any small one.
  const scale = Math.max(
    1e-300,
    ...want.filter((v) => typeof v === "number" && Number.isFinite(v)).map(Math.abs),
  );
  for (let i = 0; i < got.length; i++) {
    const a = got[i];
    const b = want[i];
    if (typeof b === "number" && typeof a === "number") {
      if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      if (Math.abs(a - b) <= floor) continue;
      if (Math.abs(a - b) <= tol * Math.max(Math.abs(a), Math.abs(b), absolute ? scale : scale * 1e-3))
        continue;
      return `[${i}] ${a} instead of ${b}`;
    }
    if (a !== b) return `[${i}] ${String(a)} instead of ${String(b)}`;
  }
  return undefined;
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
      wrong.push(`${label}: STRICTER: ${error.message}`);
    }
    return;
  }
  // An old library on a newer SciPy may lack an attribute: that is no answer to be compared with.
  if (want.error?.startsWith("AttributeError")) return;
  const problem = want.error
    ? `answers where the library raises ${want.error}`
    : differs(got, want, tolerance(name, dumped), CANCELLING.has(method));
  if (problem === undefined) row.exact++;
  else {
    row.wrong++;
    wrong.push(`${label}: ${problem}`);
  }
}

const sum = (field) => [...table.values()].reduce((n, row) => n + row[field], 0);
if (verbose)
  for (const [reason, n] of [...refused].sort((a, b) => b[1] - a[1])) console.log(`refused ${n}: ${reason}`);
for (const line of wrong) console.log(line);
console.log(
  `answers: ${sum("exact")} exact, ${sum("strict")} refused at the call, ${sum("wrong")} wrong; models refused by name: ${sum("refused")}`,
);
if (report) writeFileSync(report, markdown());
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
