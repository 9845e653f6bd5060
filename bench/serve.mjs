// `npm run bench:serve`: requests per second through `modelkeep serve`, `mlflow models serve` and FastAPI with
// scikit-learn, in interleaved rounds, the servers pinned to one core and the load to another; CPU time of the server
// for each request, which tells more on a busy machine; cold start to the first prediction; workers.
// Needs MODELKEEP_TEST_PYTHON, a Python with MLflow. Writes docs/bench/serve.md.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.MODELKEEP_TEST_PYTHON;
if (python === undefined) throw new Error("set MODELKEEP_TEST_PYTHON to a Python that has MLflow");
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const CONNECTIONS = 8;
const MODELS = ["logistic regression", "forest of 100", "pipeline"];
const TICK = 10;
const command = join(here, "../packages/modelkeep/bin/modelkeep");

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const SERVERS = {
  modelkeep: (model, port) => [command, ["serve", "-m", model, "-p", port, "--drain-delay", "0"]],
  "modelkeep, no batching": (model, port) => [
    command,
    ["serve", "-m", model, "-p", port, "--drain-delay", "0", "--no-batching"],
  ],
  "mlflow models serve": (model, port) => [
    python,
    ["-m", "mlflow", "models", "serve", "-m", model, "-p", port, "--env-manager", "local"],
  ],
  "FastAPI + uvicorn": (model, port) => [python, [join(here, "serve.py"), "fastapi", model, port]],
};

/** Starts a server and waits for its first prediction. */
async function start(name, model, pin = ["taskset", "-c", "0"], more = []) {
  const port = String(await freePort());
  const [program, args] = SERVERS[name](model, port);
  const began = performance.now();
  const words = [...pin, program, ...args, ...more];
  // MLflow starts uvicorn by its name.
  const PATH = `${dirname(python)}:${process.env.PATH}`;
  const env = { ...process.env, PATH, MLFLOW_DISABLE_TELEMETRY: "true" };
  const child = spawn(words[0], words.slice(1), { detached: true, stdio: "ignore", env });
  const body = readFileSync(`${model}.json`);
  const headers = { "content-type": "application/json" };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/invocations`, {
      method: "POST",
      headers,
      body,
    }).catch(() => undefined);
    if (answer?.ok)
      return { name, port, child, cold: performance.now() - began, answer: await answer.json() };
    await sleep(5);
  }
}

async function stop({ child }) {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGTERM");
  await ended;
}

/** CPU time of a process group so far, milliseconds. */
function cpu(group) {
  let ticks = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/u.test(name))) {
    let stat;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    } catch {
      continue; // it has ended
    }
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK;
}

async function measure(server, model, pin = ["-c", "1"]) {
  const before = cpu(server.child.pid);
  const args = [...pin, process.execPath, join(here, "serve-load.mjs"), server.port, `${model}.json`];
  const { stdout } = await exec("taskset", [...args, String(CONNECTIONS), String(SECONDS)]);
  const { count, failures, elapsed, p50, p99 } = JSON.parse(stdout);
  if (failures > 0) throw new Error(`${server.name}: ${failures} of ${count} requests failed`);
  const micros = ((cpu(server.child.pid) - before) * 1000) / count;
  return { rate: count / elapsed, micros, p50, p99 };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function rates(folder, name) {
  const model = join(folder, name);
  const servers = [];
  try {
    for (const server of Object.keys(SERVERS)) servers.push(await start(server, model));
    const [first, ...others] = servers.map((server) => JSON.stringify(server.answer));
    if (others.some((answer) => answer !== first)) throw new Error(`${name}: answers differ`);
    for (const server of servers) await measure(server, model);
    const results = new Map(servers.map((server) => [server.name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const server of servers) results.get(server.name).push(await measure(server, model));
    }
    return table(name, results);
  } finally {
    for (const server of servers) await stop(server);
  }
}

function table(name, results) {
  const of = (server, key) => median(results.get(server).map((one) => one[key]));
  return [...results.keys()].map((server) => {
    const ratio = (key, flip) =>
      (flip ? of("modelkeep", key) / of(server, key) : of(server, key) / of("modelkeep", key)).toFixed(1);
    const cells = [of(server, "rate").toFixed(0), of(server, "p50").toFixed(2), of(server, "p99").toFixed(2)];
    return `| ${name} | ${server} | ${cells.join(" | ")} | ${of(server, "micros").toFixed(0)} | ${ratio("rate", true)} | ${ratio("micros", false)} |`;
  });
}

async function coldStarts(folder) {
  const model = join(folder, MODELS[0]);
  const rounds = { modelkeep: [], "mlflow models serve": [], "FastAPI + uvicorn": [] };
  for (let round = 0; round < Math.min(ROUNDS, 3); round++) {
    for (const [name, found] of Object.entries(rounds)) {
      const server = await start(name, model, ["taskset", "-c", "0,1"]);
      found.push({ wall: server.cold, cpu: cpu(server.child.pid) });
      await stop(server);
    }
  }
  const of = (name, key) => median(rounds[name].map((one) => one[key]));
  return Object.keys(rounds).map((name) => {
    const ratio = (of(name, "wall") / of("modelkeep", "wall")).toFixed(1);
    return `| ${name} | ${(of(name, "wall") / 1000).toFixed(2)} | ${(of(name, "cpu") / 1000).toFixed(2)} | ${ratio} |`;
  });
}

/** One process and two on both cores, the load beside them: what more workers bring when nothing is pinned. */
async function workers(folder) {
  const lines = [];
  const model = join(folder, MODELS[1]);
  for (const count of ["1", "2"]) {
    const server = await start("modelkeep", model, ["taskset", "-c", "0,1"], ["--workers", count]);
    await measure(server, model, ["-c", "0,1"]);
    const found = [];
    for (let round = 0; round < ROUNDS; round++) found.push(await measure(server, model, ["-c", "0,1"]));
    await stop(server);
    lines.push(
      `| ${count} | ${median(found.map((one) => one.rate)).toFixed(0)} | ${median(found.map((one) => one.p99)).toFixed(2)} |`,
    );
  }
  return lines;
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-bench-"));
  try {
    await exec(python, [join(here, "serve.py"), "models", folder]);
    const lines = [
      "# Serving",
      "",
      `Written by \`npm run bench:serve\`: one row a request, ${CONNECTIONS} kept connections, medians of ${ROUNDS} interleaved rounds of ${SECONDS} s; all servers with one worker on core 0, the load on core 1. The last two columns say how many times more modelkeep does: requests per second, and requests per CPU second of the server, which other work on the machine changes less.`,
      "",
      "| model | server | requests/s | p50 ms | p99 ms | CPU µs a request | modelkeep ×, requests/s | modelkeep ×, CPU |",
      "|---|---|---|---|---|---|---|---|",
    ];
    for (const name of MODELS) lines.push(...(await rates(folder, name)));
    lines.push("", "## Cold start to the first prediction", "", "Logistic regression, both cores.", "");
    lines.push(
      "| server | seconds | CPU seconds | × modelkeep |",
      "|---|---|---|---|",
      ...(await coldStarts(folder)),
    );
    lines.push("", "## Workers", "", "Forest of 100; servers and load share both cores.", "");
    lines.push("| workers | requests/s | p99 ms |", "|---|---|---|", ...(await workers(folder)));
    const text = `${lines.join("\n")}\n`;
    process.stdout.write(text);
    writeFileSync(join(here, "../docs/bench/serve.md"), text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
