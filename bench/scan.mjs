// `npm run bench:scan`: modelkeep scan beside picklescan, whole processes, in one run. Writes docs/bench/scan.md.
// Beside them the floors: Node doing nothing, and openssl hashing the same bytes (modelkeep reports the hash of each).
// MODELKEEP_TEST_PYTHON names a Python with scikit-learn and picklescan; MODELKEEP_BENCH_DATA keeps the files.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFresh } from "../packages/modelkeep/dist/bundle-manifest.js";
import { writeCheckpoint } from "./torch-checkpoint.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const python = process.env.MODELKEEP_TEST_PYTHON;
if (!python) {
  console.error("bench: MODELKEEP_TEST_PYTHON is not set: name a Python with scikit-learn and picklescan");
  process.exit(2);
}

const keep = process.env.MODELKEEP_BENCH_DATA;
const data = keep ?? mkdtempSync(join(tmpdir(), "modelkeep-bench-"));
mkdirSync(data, { recursive: true });

const CASES = [
  { title: "a small pickled pipeline", path: "small.pkl", rounds: 15 },
  { title: "1,000 small pickles", path: "many", rounds: 7 },
  { title: "a pickled forest", path: "forest.pkl", rounds: 5 },
  { title: "a torch checkpoint", path: "checkpoint.pt", rounds: 5 },
  { title: "a pickled dict of 300,000 entries", path: "dict.pkl", rounds: 3 },
];
const BUNDLE = join(root, "packages/modelkeep/dist/bundle");
const ATTEMPTS = 3;

try {
  execFileSync(python, [join(here, "scan-corpus.py"), data], { stdio: "inherit" });
  const checkpoint = join(data, "checkpoint.pt");
  if (!existsSync(checkpoint)) writeCheckpoint(checkpoint, 64, 2 ** 22);
  const rows = CASES.map((one) => rowOf(one));
  report(rows);
} finally {
  if (keep === undefined) rmSync(data, { recursive: true, force: true });
}

function rowOf({ title, path, rounds }) {
  const target = join(data, path);
  const commands = [
    [join(root, "packages/modelkeep/bin/modelkeep"), "scan", target],
    [join(dirname(python), "picklescan"), "-p", target],
    [process.execPath, "-e", "0"],
    ...(statSync(target).isFile() ? [["openssl", "dgst", "-sha256", target]] : []),
  ];
  const [ours, theirs, nothing, hash] = measureBundled({ rounds, commands });
  const row = { title: `${title} (${sizeOf(target)})`, ours, theirs, nothing, hash };
  console.error(`${row.title}: ${format(row.ours)} against ${format(row.theirs)}`);
  return row;
}

/** Another build in the meantime would make modelkeep run from two hundred modules: then the round counts for nothing. */
function measureBundled(request) {
  const input = JSON.stringify(request);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    execFileSync(process.execPath, [join(root, "packages/modelkeep/scripts/bundle.mjs")], {
      stdio: "inherit",
    });
    const runs = JSON.parse(execFileSync(python, [join(here, "measure.py")], { input }).toString());
    if (isFresh(BUNDLE)) return runs.map((one) => medians(one));
  }
  throw new Error(`bench: the packages were built again during each of ${ATTEMPTS} attempts: run it alone`);
}

function sizeOf(target) {
  const { size } = statSync(target);
  if (!statSync(target).isFile()) return "1,000 files";
  return size < 2 ** 20 ? `${(size / 2 ** 10).toFixed(1)} KiB` : `${(size / 2 ** 20).toFixed(0)} MiB`;
}

function medians(runs) {
  return { wall: median(runs.map(([wall]) => wall)), cpu: median(runs.map(([, cpu]) => cpu)) };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function format({ wall, cpu }) {
  return `${(wall * 1000).toFixed(0)} ms wall, ${(cpu * 1000).toFixed(0)} ms CPU`;
}

function report(rows) {
  const version = execFileSync(python, [
    "-c",
    "import importlib.metadata as m; print(m.version('picklescan'))",
  ]);
  const lines = [
    "# Scanning, measured",
    "",
    "`npm run bench:scan` writes this page: whole processes, start included, medians of interleaved rounds in one run.",
    `Machine: ${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} processors; Node ${process.version}; picklescan ${version.toString().trim()}.`,
    "picklescan reads opcodes and compares names; modelkeep also hashes every byte, explains every byte and judges every call.",
    "",
    "modelkeep's floors stand beside it: Node that does nothing (`node -e 0`), and `openssl dgst -sha256` of the same file.",
    `Load of the machine at the end: ${loadavg()[0]?.toFixed(1)} (others may share it: ratios and CPU time hold, wall time less).`,
    "",
    "| What | modelkeep wall | CPU | picklescan wall | CPU | wall ratio | CPU ratio | Node alone CPU | hash alone CPU |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(({ title, ours, theirs, nothing, hash }) => {
      const cells = [ours.wall, ours.cpu, theirs.wall, theirs.cpu].map(milliseconds);
      const ratios = [theirs.wall / ours.wall, theirs.cpu / ours.cpu].map((value) => `${value.toFixed(1)}×`);
      const floors = [milliseconds(nothing.cpu), hash === undefined ? "" : milliseconds(hash.cpu)];
      return `| ${[title, ...cells, ...ratios, ...floors].join(" | ")} |`;
    }),
    "",
  ];
  mkdirSync(join(root, "docs/bench"), { recursive: true });
  writeFileSync(join(root, "docs/bench/scan.md"), lines.join("\n"));
}

function milliseconds(seconds) {
  return `${(seconds * 1000).toFixed(0)} ms`;
}
