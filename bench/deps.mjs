// `npm run bench:deps -- ZIP`: modelkeep deps beside pip-audit on the same requirements and the same records, which
// pip-audit asks a local OSV service for. Writes docs/bench/deps.md. MODELKEEP_PIP_AUDIT names the pip-audit command,
// MODELKEEP_TEST_PYTHON a Python that has packaging.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const MODELKEEP = join(root, "packages/modelkeep/bin/modelkeep");
const ORACLE = join(root, "tools/deps/osv_oracle.py");
const [zip = join(root, "packages/deps/fixtures/osv-pypi-2024-10-10-part.zip")] = process.argv.slice(2);
const python = process.env.MODELKEEP_TEST_PYTHON ?? "python3";
const pipAudit = process.env.MODELKEEP_PIP_AUDIT ?? "pip-audit";
const SIZES = [10, 200];
const ROUNDS = 3;
const data = mkdtempSync(join(tmpdir(), "modelkeep-bench-deps-"));
const server = spawn(python, [ORACLE, "serve", zip]);
const url = await new Promise((resolve, reject) => {
  server.stdout.once("data", (piece) => resolve(`http://127.0.0.1:${piece.toString().trim()}`));
  server.once("exit", () => reject(new Error("the OSV service ended")));
});

try {
  // Not blocked: the services' answers come from another process.
  report(SIZES.map((size) => measure(size)));
} finally {
  server.kill();
  rmSync(data, { recursive: true, force: true });
}

function commands(file) {
  return [
    [
      pipAudit,
      "-r",
      file,
      "--no-deps",
      "--disable-pip",
      "-s",
      "osv",
      "--osv-url",
      `${url}/v1/query`,
      "-f",
      "json",
      "--progress-spinner",
      "off",
    ],
    [MODELKEEP, "deps", file, "--osv", zip, "--format", "json"],
    [MODELKEEP, "deps", file, "--online", "--osv-url", url, "--format", "json"],
  ];
}

function measure(size) {
  const rows = JSON.parse(
    execFileSync(python, [ORACLE, "pairs", zip, String(size * 20), "11"], { maxBuffer: 2 ** 30 }),
  ).rows;
  const pins = new Map(
    rows.filter(({ version }) => /^\d+(?:\.\d+)+$/.test(version)).map(({ name, version }) => [name, version]),
  );
  const lines = [...pins].slice(0, size).map(([name, version]) => `${name}==${version}`);
  const file = join(data, `requirements-${size}.txt`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  const input = JSON.stringify({ rounds: ROUNDS, commands: commands(file) });
  const times = JSON.parse(execFileSync(python, [join(here, "measure.py")], { input, maxBuffer: 2 ** 30 }));
  return {
    size: lines.length,
    cpu: times.map((runs) => median(runs.map(([, spent]) => spent))),
    agree: compare(file),
  };
}

/** Packages of which both name exactly the same ids. */
function compare(file) {
  const [theirs, ours] = commands(file)
    .slice(0, 2)
    .map(([command, ...args]) => {
      const { stdout, stderr } = spawnSync(command, args, { maxBuffer: 2 ** 30 });
      if (stdout.length === 0) throw new Error(`${command} said nothing: ${stderr.toString()}`);
      return JSON.parse(stdout.toString());
    });
  const own = new Map();
  for (const { id, aliases, package: name } of ours.findings) {
    if (id !== undefined) own.set(name, [...(own.get(name) ?? []), id, ...aliases]);
  }
  const named = theirs.dependencies.map(({ name, vulns }) => [
    name,
    vulns.flatMap(({ id, aliases }) => [id, ...aliases]),
  ]);
  const same = named.filter(([name, ids]) => key(ids) === key(own.get(name) ?? []));
  for (const [name, ids] of named) {
    if (key(ids) !== key(own.get(name) ?? []))
      console.error(`${name}: ${key(ids)} beside ${key(own.get(name) ?? [])}`);
  }
  return `${same.length} of ${named.length}`;
}

function key(ids) {
  return [...new Set(ids)].toSorted((a, b) => (a < b ? -1 : 1)).join();
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function report(results) {
  const lines = results.map(({ size, cpu: [theirs, offline, online], agree }) => {
    const cell = (own) => `${own.toFixed(2)} s (${(theirs / own).toFixed(1)} ×)`;
    return `| ${size} | ${theirs.toFixed(2)} s | ${cell(offline)} | ${cell(online)} | ${agree} |`;
  });
  const version = execFileSync(pipAudit, ["--version"]).toString().trim();
  const text = `# modelkeep deps beside pip-audit

\`npm run bench:deps -- ZIP\`, ${new Date().toISOString().slice(0, 10)}: ${version}, Node ${process.versions.node}, ${cpus()[0].model}. CPU seconds (user and system) of the whole process, median of ${ROUNDS} interleaved runs after one that warms; in brackets how many times less than pip-audit. pip-audit asks a local OSV service that answers from the same records (its own work only is counted), without resolving anything (\`--no-deps --disable-pip\`). Modelkeep reads the records from the zip, or asks the same service.

| pinned packages | pip-audit | modelkeep, zip of records | modelkeep, service | packages with the same ids |
| --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
  writeFileSync(join(root, "docs/bench/deps.md"), text);
  console.log(text);
}
