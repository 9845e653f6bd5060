// The sandbox engine beside mlflow.pyfunc in its own process, in the same run. Usage: npm run bench:sandbox
// Needs MODELKEEP_TEST_PYTHON (with MLflow) and bubblewrap. Writes docs/bench/sandbox.md.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { SandboxedModel } from "@modelkeep/sandbox";

const python = process.env.MODELKEEP_TEST_PYTHON;
if (!python) throw new Error("set MODELKEEP_TEST_PYTHON to a Python that has MLflow");
const ROOT = join(import.meta.dirname, "..");
const MODEL = join(ROOT, "packages/model-io/fixtures/iris");
const ROUNDS = 200;
const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];
const timed = async (work) => {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
};
const repeated = async (count, work) => {
  const times = [];
  for (let round = 0; round < count; round++) times.push((await timed(work))[0]);
  return median(times);
};

/** Dense input for the model, and a frame that it does not want: reading it is what is measured. */
const tensor = (rows) => ({
  kind: "tensor",
  tensor: {
    data: Float64Array.from({ length: rows * 4 }, (_, at) => at % 7),
    shape: [rows, 4],
    dtype: "float64",
  },
});
const wide = (rows, columns) => ({
  kind: "frame",
  frame: {
    columns: new Map(
      Array.from({ length: columns }, (_, at) => [
        `c${at}`,
        Float64Array.from({ length: rows }, (_each, row) => row / 3 + at),
      ]),
    ),
    dtypes: Object.fromEntries(Array.from({ length: columns }, (_, at) => [`c${at}`, "float64"])),
  },
});

const load = (workers = 1) => SandboxedModel.load({ python, modelFolder: MODEL, workers });
const [cold, first] = await timed(() => load());
const warm = [];
for (let round = 0; round < 9; round++) {
  const [time, model] = await timed(() => load());
  warm.push(time);
  await model[Symbol.asyncDispose]();
}
const one = await repeated(ROUNDS, () => first.invoke("predict_proba", tensor(1)));
const many = await repeated(20, () => first.invoke("predict_proba", tensor(10_000)));
const document = JSON.stringify({
  dataframe_split: {
    columns: ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
    data: [[5, 3, 1.5, 0.2]],
  },
});
const scored = await repeated(ROUNDS, () => first.predict({ kind: "document", text: document }));
// What the way there costs: the frame does not fit the model, which refuses it after it was read.
const refused = await repeated(20, () => first.invoke("predict", wide(10_000, 20)).catch(() => undefined));
await first[Symbol.asyncDispose]();

const theirs = JSON.parse(
  execFileSync(python, ["-I", join(import.meta.dirname, "sandbox.py"), MODEL, String(ROUNDS)], {
    encoding: "utf8",
    env: {
      MLFLOW_DISABLE_TELEMETRY: "true",
      OMP_NUM_THREADS: "1",
      OPENBLAS_NUM_THREADS: "1",
      PATH: process.env.PATH,
    },
    stdio: ["ignore", "pipe", "ignore"],
  }),
);

const ms = (value) => (value === undefined ? "–" : `${value.toFixed(value < 10 ? 2 : 0)} ms`);
const rows = [
  ["cold start: interpreter, imports, model loaded", cold, theirs.cold],
  ["warm start: next model of the same environment (median of 9)", median(warm), undefined],
  ["one row, `predict_proba`, typed", one, theirs.one],
  ["10,000 rows × 4, `predict_proba`, typed", many, theirs.many],
  ["one row as a scoring document through the signature", scored, theirs.scored],
  ["10,000 rows × 20 columns sent as a frame, read and refused by the model", refused, undefined],
];
const text = `# The sandbox engine

\`npm run bench:sandbox\`: medians of wall time, one model (imputer, scaler, logistic regression on four columns), the cage beside \`mlflow.pyfunc\` in a process of its own in the same run. Node ${process.versions.node}, Python and MLflow of \`MODELKEEP_TEST_PYTHON\`, ${process.platform} ${process.arch}, load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} processors.

| | caged | mlflow.pyfunc in process |
|---|---:|---:|
${rows.map(([what, ours, other]) => `| ${what} | ${ms(ours)} | ${ms(other)} |`).join("\n")}
`;
writeFileSync(join(ROOT, "docs/bench/sandbox.md"), text);
process.stdout.write(text);
