// Native prediction beside scikit-learn's, on models that bench/predict.py has just fitted and timed.
//   python bench/predict.py FOLDER && node bench/predict.mjs FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bufferSource } from "@modelkeep/bytes";
import { loadModel } from "@modelkeep/estimators";
import { readModelGraph } from "@modelkeep/formats/model-graph";

const folder = process.argv[2];
const python = JSON.parse(readFileSync(join(folder, "python.json"), "utf8"));
const bytes = readFileSync(join(folder, "rows.f64"));
const rows = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
const batch = { data: rows, shape: [rows.length / 20, 20] };
const row = { data: rows.slice(0, 20), shape: [1, 20] };

function best(act, rounds, calls = 1) {
  let least = Infinity;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    for (let k = 0; k < calls; k++) act();
    least = Math.min(least, (performance.now() - start) / calls);
  }
  return least;
}

console.log("model | load ms | row µs: native, scikit-learn | 10,000 rows ms: native, scikit-learn");
for (const file of readdirSync(folder).filter((name) => name.endsWith(".pkl"))) {
  const source = bufferSource(readFileSync(join(folder, file)), file);
  const start = performance.now();
  const model = loadModel(readModelGraph(source).root);
  const load = performance.now() - start;
  best(() => model.invoke("predict_proba", row), 5, 2000);
  const one = best(() => model.invoke("predict_proba", row), 20, 500) * 1000;
  const many = best(() => model.invoke("predict_proba", batch), 5);
  const theirs = python[file.slice(0, -4)];
  const numbers = [one, theirs.row * 1e6, many, theirs.batch * 1e3].map((n) => n.toFixed(1));
  console.log(
    `${file.slice(0, -4)} | ${load.toFixed(1)} | ${numbers[0]}, ${numbers[1]} | ${numbers[2]}, ${numbers[3]}`,
  );
}
