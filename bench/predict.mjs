// `npm run bench:predict`: predictions of the native engine beside the libraries' own, mlflow.pyfunc and onnxruntime.
// All take turns in each round of one run; ratios are medians over rounds. Writes docs/bench/predict.md.
// MODELKEEP_TEST_PYTHON names a Python with mlflow, scikit-learn and, if wanted, xgboost, lightgbm, skl2onnx, onnxruntime.
// MODELKEEP_BENCH_DATA keeps the fitted models; MODELKEEP_BENCH_ROUNDS (default 7); MODELKEEP_BENCH_ONLY: names that match.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SecureMLflowLoader } from "../packages/modelkeep/dist/loader.js";
import { cleanEnvironment, pythonLines } from "./python-lines.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.MODELKEEP_TEST_PYTHON;
if (!python) {
  console.error("bench: MODELKEEP_TEST_PYTHON is not set: name a Python with mlflow and scikit-learn");
  process.exit(2);
}
const keep = process.env.MODELKEEP_BENCH_DATA;
const folder = keep ?? mkdtempSync(join(tmpdir(), "modelkeep-bench-"));
const ROUNDS = Number(process.env.MODELKEEP_BENCH_ROUNDS ?? 7);
/** Milliseconds that each measurement fills, and warms up for before. */
const FILL = 60;
const ONLY = process.env.MODELKEEP_BENCH_ONLY;
const PYFUNC = /^(?:LogisticRegression|RandomForest \(100\)|impute)/u;

const VERSIONS = `
import importlib.metadata as m
names = ["scikit-learn", "numpy", "xgboost", "xgboost-cpu", "lightgbm", "mlflow", "onnxruntime"]
have = {d.metadata["Name"]: d.version for d in m.distributions()}
print(", ".join(f"{n} {have[n]}" for n in names if n in have))`;

mkdirSync(folder, { recursive: true });
if (!existsSync(join(folder, "plan.json")))
  execFileSync(python, [join(here, "predict-models.py"), folder], {
    stdio: "inherit",
    env: cleanEnvironment(),
  });
const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8"));
const single = pythonLines(python, [join(here, "predict-times.py"), folder], 1);
const threaded = pythonLines(python, [join(here, "predict-times.py"), folder], undefined);
const results = [];
try {
  await using loader = await SecureMLflowLoader.open({ engine: "native" });
  for (const one of plan) {
    if (ONLY !== undefined && !new RegExp(ONLY, "u").test(one.name)) continue;
    results.push(await measured(loader, one));
  }
} finally {
  single.end();
  threaded.end();
  if (keep === undefined) rmSync(folder, { recursive: true, force: true });
}
if (ONLY === undefined) writeFileSync(join(here, "../docs/bench/predict.md"), page());

/** The whole command, start included, for one row: best of seven processes. */
function startOf(one) {
  const rows = join(folder, "one-row.json");
  writeFileSync(rows, JSON.stringify(columnsOf(one.data).split(1)));
  const command = join(here, "../packages/modelkeep/bin/modelkeep");
  const runs = Array.from({ length: 7 }, () => {
    const started = performance.now();
    const { status, stderr } = spawnSync(command, [
      "predict",
      "-m",
      join(folder, one.folder),
      "-i",
      rows,
      "--engine",
      "native",
    ]);
    if (status !== 0) throw new Error(`modelkeep predict: ${stderr.toString()}`);
    return (performance.now() - started) / 1e3;
  });
  return Math.min(...runs);
}

async function measured(loader, one) {
  const model = await loader.safeLoadModel(join(folder, one.folder));
  const all = columnsOf(one.data);
  const contestants = [];
  for (const rows of [1, all.rows]) {
    const input = all.typed(rows);
    const key = rows === 1 ? "row" : "batch";
    const ask = (lines, by) => async () => await lines.ask({ model: one, by, rows });
    contestants.push(
      [`${key} native`, async () => await timed(() => model.invoke(one.method, input))],
      [`${key} library`, ask(single, "library")],
      [`${key} onnx`, ask(single, "onnx")],
    );
    if (rows > 1) contestants.push([`${key} threads`, ask(threaded, "library")]);
    if (rows === 1 && PYFUNC.test(one.name)) {
      const document = all.split(rows);
      contestants.push(
        ["row predict", async () => await timed(() => model.predict(document))],
        ["row pyfunc", ask(single, "pyfunc")],
      );
    }
  }
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times = {};
    for (const [name, run] of contestants) times[name] = await run();
    rounds.push(times);
  }
  const row = { name: one.name, rounds, ...(PYFUNC.test(one.name) ? { start: startOf(one) } : {}) };
  console.error(
    `${one.name}: row ${line(row, "row", "library")} · 10,000 rows ${line(row, "batch", "library")} · default threads ${line(row, "batch", "threads")}` +
      (PYFUNC.test(one.name)
        ? ` · predict() ${time(best(row, "row predict", "wall"))}, pyfunc ${time(best(row, "row pyfunc", "wall"))}`
        : ""),
  );
  return row;
}

function line(row, key, other) {
  const [ours, theirs] = [`${key} native`, `${key} ${other}`];
  return `${time(best(row, ours, "cpu"))} against ${time(best(row, theirs, "cpu"))}, ${ratio(row, ours, theirs, "cpu")} CPU ${ratio(row, ours, theirs, "wall")} wall`;
}

/** Seconds a call, over as many calls as fill the time; as many before them warm up. */
async function timed(act) {
  const started = performance.now();
  let calls = 0;
  do {
    await act();
    calls++;
  } while (performance.now() - started < FILL);
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  for (let i = 0; i < calls; i++) await act();
  const used = process.cpuUsage(cpu);
  return { wall: (performance.now() - wall) / 1e3 / calls, cpu: (used.user + used.system) / 1e6 / calls };
}

function columnsOf(data) {
  const path = join(folder, data);
  if (existsSync(`${path}.json`)) {
    const columns = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const names = Object.keys(columns);
    const first = (rows) => names.map((name) => columns[name].slice(0, rows));
    const typed = (list) =>
      typeof list.find((v) => v !== null) === "string"
        ? list
        : Float64Array.from(list, (v) => v ?? Number.NaN);
    return {
      rows: columns[names[0]].length,
      typed: (rows) => ({
        columns: Object.fromEntries(first(rows).map((list, i) => [names[i], typed(list)])),
      }),
      split: (rows) => ({
        dataframe_split: {
          columns: names,
          data: Array.from({ length: rows }, (_, r) => first(rows).map((list) => list[r])),
        },
      }),
    };
  }
  const bytes = readFileSync(`${path}.f64`);
  const values = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
  return {
    rows: values.length / 20,
    typed: (rows) => ({ data: values.slice(0, rows * 20), shape: [rows, 20] }),
    split: (rows) => ({
      dataframe_split: {
        columns: names,
        data: Array.from({ length: rows }, (_, r) => [...values.subarray(20 * r, 20 * r + 20)]),
      },
    }),
  };
}

function best(row, name, what) {
  const found = row.rounds.map((times) => times[name]?.[what]).filter((v) => v !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** How many times less than the other, median over rounds. */
function ratio(row, ours, theirs, what) {
  const found = row.rounds.flatMap((times) =>
    times[theirs] ? [times[theirs][what] / times[ours][what]] : [],
  );
  found.sort((a, b) => a - b);
  return found.length === 0 ? "" : `${found[Math.floor(found.length / 2)].toPrecision(2)}×`;
}

function time(seconds) {
  if (seconds === undefined) return "";
  return seconds < 1e-3 ? `${(seconds * 1e6).toFixed(1)} µs` : `${(seconds * 1e3).toFixed(2)} ms`;
}

function page() {
  const versions = execFileSync(python, ["-c", VERSIONS]).toString().trim();
  const rowTable = results.map((r) => [
    r.name,
    time(best(r, "row native", "wall")),
    time(best(r, "row library", "wall")),
    ratio(r, "row native", "row library", "wall"),
    time(best(r, "row onnx", "wall")),
    time(best(r, "row predict", "wall")),
    time(best(r, "row pyfunc", "wall")),
    r.rounds[0]["row pyfunc"] ? ratio(r, "row predict", "row pyfunc", "wall") : "",
  ]);
  const batchTable = results.map((r) => [
    r.name,
    time(best(r, "batch native", "cpu")),
    time(best(r, "batch library", "cpu")),
    ratio(r, "batch native", "batch library", "cpu"),
    time(best(r, "batch onnx", "cpu")),
    `${time(best(r, "batch native", "wall"))} / ${time(best(r, "batch threads", "wall"))}`,
    ratio(r, "batch native", "batch threads", "wall"),
    ratio(r, "batch native", "batch threads", "cpu"),
  ]);
  return `# Predictions, measured

\`npm run bench:predict\` writes this page: all contestants take turns in each of ${ROUNDS} rounds of one run. Times are the best of the
rounds, ratios (how many times less ours is) the median over rounds. Every method is called as a user calls it: ours by
\`model.invoke(method, typed input)\` of the SDK, or \`model.predict({ dataframe_split })\` through the schema; theirs on NumPy
arrays or a pandas frame (the pipeline). Twenty float64 columns; the pipeline has ten with holes and two of text.
Machine: ${cpus()[0].model.trim()}, ${cpus().length} processors; Node ${process.version}; ${versions}.
Load of the machine at the end: ${loadavg()[0].toFixed(1)} (others may share it: ratios and CPU time hold, wall time less).
OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE, which this kind of machine sets and which slow a current NumPy down, are left out of
the Python processes' environment.

## One row

The libraries with one thread, which is their faster way for one row.

${table(["model", "native", "library", "ratio", "onnxruntime", "native through the schema", "mlflow.pyfunc", "ratio"], rowTable)}

## 10,000 rows

CPU time with one thread each; at the right, wall time of ours (one thread) beside the library with its default threads.

${table(["model", "native CPU", "library CPU", "CPU ratio", "onnxruntime CPU", "wall: native / library, default threads", "wall ratio", "CPU ratio"], batchTable)}

## Start to first prediction

\`modelkeep predict\` for one row as a whole process, best of seven: the model is copied, hashed, scanned and read.
\`mlflow models serve\` needs 6.4 to 7.5 s to its first answer on this kind of machine.

${table(
  ["model", "wall"],
  results.filter((r) => r.start !== undefined).map((r) => [r.name, time(r.start)]),
)}
`;
}

function table(head, rows) {
  const lines = [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
