// `npm run bench:signing`: modelkeep verify beside the reference tool and openssl, whole processes, in one run. Writes
// docs/bench/signing.md. MODELKEEP_TEST_PYTHON names a Python; the reference tool gets an environment of its own from
// python/signing.lock. Needs 2 GB on the disk of the temporary folder and as much memory for the files to stay cached.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFresh } from "../packages/modelkeep/dist/bundle-manifest.js";
import { referencePython } from "../tests/integration/signing-world.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const MODELKEEP = join(root, "packages/modelkeep/bin/modelkeep");
const BUNDLE = join(root, "packages/modelkeep/dist/bundle");
const GIGABYTE = 1e9;
const python = referencePython();
const data = mkdtempSync(join(tmpdir(), "modelkeep-bench-signing-"));

try {
  makeKeys();
  makeMany();
  makeFile(join("one", "weights.bin"), GIGABYTE);
  for (let i = 0; i < 4; i += 1) makeFile(join("four", `weights-${i}.bin`), GIGABYTE / 4);
  for (const model of ["many", "one", "four"]) sign(model, `${model}.sig`);
  sign("one", "shards.sig", "--shard-size", String(2 ** 26));
  report([many(), one(), four(), shards()]);
} finally {
  rmSync(data, { recursive: true, force: true });
}

function makeKeys() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(join(data, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(data, "key.pub"), publicKey.export({ type: "spki", format: "pem" }));
}

function makeMany() {
  for (let i = 0; i < 1000; i += 1) makeFile(join("many", `part-${i % 20}`, `${i}.bin`), 20_000);
}

function makeFile(name, size) {
  const path = join(data, name);
  mkdirSync(dirname(path), { recursive: true });
  const piece = Buffer.alloc(Math.min(size, 2 ** 20));
  const fd = openSync(path, "w");
  for (let left = size; left > 0; left -= piece.length) {
    writeSync(fd, randomFillSync(piece), 0, Math.min(left, piece.length));
  }
  closeSync(fd);
}

function sign(model, signature, ...more) {
  const keys = ["--private-key", join(data, "key.pem"), "--signature", join(data, signature)];
  execFileSync(MODELKEEP, ["sign", "key", join(data, model), ...keys, ...more], { stdio: "ignore" });
}

function ours(model, signature, ...more) {
  const keys = ["--public-key", join(data, "key.pub"), "--signature", join(data, signature)];
  return [MODELKEEP, "verify", "key", join(data, model), ...keys, ...more];
}

function theirs(model) {
  const keys = ["--public_key", join(data, "key.pub"), "--signature", join(data, `${model}.sig`)];
  return [python, "-m", "model_signing", "verify", "key", join(data, model), ...keys];
}

function openssl(...files) {
  return ["openssl", "dgst", "-sha256", ...files.map((file) => join(data, file))];
}

function many() {
  const commands = {
    modelkeep: ours("many", "many.sig"),
    reference: theirs("many"),
    "Node alone": [process.execPath, "-e", "0"],
  };
  return { title: "1,000 files of 20 KB", runs: measure(commands, 15) };
}

function one() {
  const commands = {
    openssl: openssl("one/weights.bin"),
    "modelkeep, 1 thread": ours("one", "one.sig", "--jobs", "1"),
    reference: theirs("one"),
  };
  return { title: "1 GB in one file", runs: measure(commands, 5) };
}

function four() {
  const files = [0, 1, 2, 3].map((i) => `four/weights-${i}.bin`);
  const commands = {
    openssl: openssl(...files),
    "modelkeep, 1 thread": ours("four", "four.sig", "--jobs", "1"),
    "modelkeep, 2 threads": ours("four", "four.sig", "--jobs", "2"),
    reference: theirs("four"),
  };
  return { title: "1 GB in four files", runs: measure(commands, 5) };
}

function shards() {
  const commands = {
    openssl: openssl("one/weights.bin"),
    "modelkeep, 1 thread": ours("one", "shards.sig", "--jobs", "1"),
    "modelkeep, 2 threads": ours("one", "shards.sig", "--jobs", "2"),
  };
  return { title: "1 GB in one file, signed by shards of 64 MiB", runs: measure(commands, 5) };
}

/** By the name of each command, medians in seconds. */
function measure(commands, rounds) {
  const input = JSON.stringify({ rounds, commands: Object.values(commands) });
  const results = JSON.parse(execFileSync(python, [join(here, "measure.py")], { input }).toString());
  if (!isFresh(BUNDLE))
    throw new Error("bench: the packages were built again meanwhile: npm run build, and run it alone");
  return new Map(Object.keys(commands).map((name, index) => [name, medians(results[index])]));
}

function medians(runs) {
  return { wall: median(runs.map(([wall]) => wall)), cpu: median(runs.map(([, cpu]) => cpu)) };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(cases) {
  const version = execFileSync(python, ["-c", "import model_signing as m; print(m.__version__)"])
    .toString()
    .trim();
  const lines = [
    "# Verifying signatures, measured",
    "",
    "`npm run bench:signing` writes this page: whole processes, start included, files in the page cache, medians of interleaved rounds in one run.",
    `Machine: ${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} processors; Node ${process.version}; model-signing ${version}; ${execFileSync("openssl", ["version"]).toString().trim()}.`,
    `Load of the machine at the end: ${loadavg()[0]?.toFixed(1)} (others may share it: CPU time and ratios hold, wall time less).`,
    "",
    "| What | Command | wall | CPU | wall to the first | CPU to the first |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    ...cases.flatMap(({ title, runs }) => rowsOf(title, runs)),
    "",
    "Speed against openssl is the inverse of the CPU ratio. Debian's `sha256sum` is no bar: it does not use SHA-NI.",
    "",
  ];
  writeFileSync(join(root, "docs/bench/signing.md"), lines.join("\n"));
  console.error(lines.join("\n"));
}

function rowsOf(title, runs) {
  const [first] = runs.values();
  return [...runs].map(([name, { wall, cpu }]) => {
    const times = [wall, cpu].map((value) => `${(value * 1000).toFixed(0)} ms`);
    const ratios = [wall / first.wall, cpu / first.cpu].map((value) => value.toFixed(2));
    return `| ${[title, name, ...times, ...ratios].join(" | ")} |`;
  });
}
