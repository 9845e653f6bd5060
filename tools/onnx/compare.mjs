// `npm run onnx:compare -- FOLDER…`: models that tools/onnx/models.py saved, the native engine's answers beside those of
// MLflow's scoring server, to 1e-6 relative (onnxruntime computes in 32 bits). Writes docs/bench/onnx.md.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SecureMLflowLoader } from "@modelkeep/model-io";
import { loadRuntime } from "@modelkeep/model-io/engines/onnx/runtime";

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error("name the folders that tools/onnx/models.py filled");
  process.exit(2);
}

const TOLERANCE = 1e-6;
const { name: runtime } = await loadRuntime();

/** The largest number of an answer. */
function largest(value) {
  if (typeof value === "number") return Math.abs(value);
  if (value === null || typeof value !== "object") return 0;
  return Object.values(value).reduce((most, one) => Math.max(most, largest(one)), 0);
}

/** The largest difference between two answers, by the largest number of the answer; infinite where they differ in form. */
function difference(got, want, scale = largest(want)) {
  if (typeof want === "number" && typeof got === "number")
    return Object.is(got, want) ? 0 : Math.abs(got - want) / scale;
  if (want === null || typeof want !== "object") return got === want ? 0 : Number.POSITIVE_INFINITY;
  if (got === null || typeof got !== "object" || Array.isArray(got) !== Array.isArray(want))
    return Number.POSITIVE_INFINITY;
  const keys = Object.keys(want);
  if (keys.length !== Object.keys(got).length) return Number.POSITIVE_INFINITY;
  return keys.reduce((worst, key) => Math.max(worst, difference(got[key], want[key], scale)), 0);
}

async function answered(model, { type, body }) {
  try {
    if (type === "text/csv") return await model.predictCsv(body);
    return await model.predict(JSON.parse(body));
  } catch (error) {
    if (["INVALID_INPUT", "UNSUPPORTED_MODEL"].includes(error.code)) return error;
    throw error;
  }
}

const rows = [];
let isWrong = false;
await using loader = await SecureMLflowLoader.open({ engine: "native" });
for (const folder of folders) {
  const versions = JSON.parse(readFileSync(join(folder, "versions.json"), "utf8"));
  const tally = { models: 0, notLoaded: 0, equal: 0, refused: 0, both: 0, more: 0, wrong: 0, worst: 0 };
  const names = readdirSync(folder).filter((name) => name.endsWith(".cases.json"));
  for (const name of names.sort()) {
    const path = join(folder, name.slice(0, -".cases.json".length));
    tally.models++;
    let model;
    try {
      model = await loader.safeLoadModel(path);
    } catch (error) {
      tally.notLoaded++;
      console.log(`not loaded ${path}: ${error.message}`);
      continue;
    }
    for (const request of JSON.parse(readFileSync(join(folder, name), "utf8"))) {
      const got = await answered(model, request);
      const isRefused = got instanceof Error;
      if (request.answer === null) tally[isRefused ? "both" : "more"]++;
      else if (isRefused) {
        tally.refused++;
        console.log(`refused ${path} ${request.body.slice(0, 60)}: ${got.message}`);
      } else {
        const worst = difference(JSON.parse(JSON.stringify(got)), request.answer);
        if (worst <= TOLERANCE) {
          tally.equal++;
          tally.worst = Math.max(tally.worst, worst);
        } else {
          tally.wrong++;
          console.log(`WRONG ${path} ${request.body.slice(0, 60)}: ${worst}`);
        }
      }
      if (request.answer === null && !isRefused)
        console.log(`more ${path} ${request.type} ${request.body.slice(0, 60)}`);
    }
    await model[Symbol.asyncDispose]();
  }
  isWrong ||= tally.wrong > 0 || tally.equal === 0;
  rows.push({ versions, tally });
  console.log(JSON.stringify(tally));
}

const table = rows.map(({ versions: v, tally: t }) => {
  const made = `${v.mlflow} / ${v.onnx} / ${v.onnxruntime} / ${v.skl2onnx} / ${v.sklearn}`;
  const counts = [
    t.models,
    t.notLoaded,
    t.equal,
    t.worst.toExponential(1),
    t.wrong,
    t.refused,
    t.both,
    t.more,
  ];
  return `| ${runtime} | ${made} | ${counts.join(" | ")} |`;
});
const page = new URL("../../docs/bench/onnx.md", import.meta.url);
// What another runtime answered when it was installed stays.
const kept = readFileSync(page, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| onnxruntime-") && !line.startsWith(`| ${runtime} `));
const lines = [
  "# ONNX models beside MLflow",
  "",
  "`npm run onnx:compare -- FOLDER…`, over models that `tools/onnx/models.py` saved with `mlflow.onnx.save_model`: external",
  "data (MLflow's default), one file per tensor, and all inside; with signatures of columns and of tensors and without.",
  "Each request went to MLflow's scoring server (`mlflow.pyfunc` on onnxruntime's CPU provider) and to the native engine.",
  `Equal means the same form, and numbers within ${TOLERANCE} of the answer's largest number.`,
  "The one answer that MLflow refuses is CSV for a signature of tensors, which it does not cast.",
  "",
  "| runtime | mlflow / onnx / onnxruntime / skl2onnx / scikit-learn | models | not loaded | equal answers | worst difference | wrong | refused, MLflow answers | both refuse | answered, MLflow refuses |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  ...table,
  ...kept,
  "",
];
writeFileSync(page, lines.join("\n"));
process.exit(isWrong ? 1 : 0);
