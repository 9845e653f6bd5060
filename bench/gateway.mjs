// `npm run bench:gateway`: requests per second of MLflow directly, with its basic-auth app, and through the gateway,
// in interleaved rounds (the machine's mood changes, the ratios less); then memory while 2 GB pass up and down.
// Needs MODELKEEP_TEST_PYTHON, a Python with MLflow. Writes docs/bench/gateway.md.
import { execFile, spawn } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startUpstream } from "../packages/gateway/dist/upstream/index.js";

const exec = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.MODELKEEP_TEST_PYTHON;
if (python === undefined) throw new Error("set MODELKEEP_TEST_PYTHON to a Python that has MLflow");
const ADMIN = "administrator-key-of-the-bench";
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
// MLflow on SQLite answers more writers at once with errors of its own (its pool of connections runs out).
const CONNECTIONS = 4;
const BIG_BYTES = 2 * 2 ** 30;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startGateway(dataDir, upstream) {
  const child = spawn(
    process.execPath,
    [join(here, "gateway-process.mjs"), dataDir, upstream.url, JSON.stringify(upstream.headers), ADMIN],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const url = await new Promise((resolve) =>
    child.stdout.once("data", (text) => resolve(String(text).trim())),
  );
  return { url, pid: child.pid, stop: () => stopped(child) };
}

/** MLflow with its own basic-auth app; undefined when this Python lacks the extra `mlflow[auth]`. */
async function startBasicAuth(folder) {
  const { stdout } = await exec(python, [
    "-c",
    "import importlib.util as u; print(u.find_spec('flask_wtf') is not None)",
  ]);
  if (stdout.trim() !== "True") return undefined;
  const port = await freePort();
  const settings = `default_permission = READ\ndatabase_uri = sqlite:///${folder}/auth.db\n`;
  const login = "admin_username = admin\nadmin_password = password1234567\n";
  writeFileSync(join(folder, "auth.ini"), `[mlflow]\n${settings}${login}`);
  const where = [
    "--backend-store-uri",
    `sqlite:///${folder}/basic.db`,
    "--artifacts-destination",
    join(folder, "basic"),
  ];
  const args = [
    "-m",
    "mlflow",
    "server",
    "--app-name",
    "basic-auth",
    "--port",
    String(port),
    "--workers",
    "1",
    ...where,
  ];
  const env = {
    ...process.env,
    MLFLOW_AUTH_CONFIG_PATH: join(folder, "auth.ini"),
    MLFLOW_FLASK_SERVER_SECRET_KEY: "bench",
    MLFLOW_DISABLE_TELEMETRY: "true",
  };
  const child = spawn(python, args, { env, stdio: "ignore", detached: true });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 240 && child.exitCode === null; i++) {
    const healthy = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) break;
    await sleep(500);
  }
  if (child.exitCode !== null) return undefined;
  const stop = () => {
    process.kill(-child.pid, "SIGTERM");
    return ended;
  };
  const headers = { authorization: `Basic ${btoa("admin:password1234567")}` };
  return { name: "MLflow basic-auth", url, headers, step: 0, stop };
}

async function stopped(child) {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

async function call(target, method, path, body) {
  const answer = await fetch(`${target.url}${path}`, {
    method,
    headers: { ...target.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${target.name} ${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

async function prepare(target) {
  const { experiment_id } = await call(target, "POST", "/api/2.0/mlflow/experiments/create", {
    name: `bench ${target.name}`,
  });
  const { run } = await call(target, "POST", "/api/2.0/mlflow/runs/create", {
    experiment_id,
    start_time: Date.now(),
  });
  target.run = run.info.run_id;
  target.experiment = experiment_id;
}

const WORK = {
  "runs/get": (target) => call(target, "GET", `/api/2.0/mlflow/runs/get?run_id=${target.run}`),
  "runs/log-batch": (target) => {
    const metrics = Array.from({ length: 10 }, (_, n) => ({
      key: `m${n}`,
      value: Math.random(),
      timestamp: Date.now(),
      step: target.step++,
    }));
    return call(target, "POST", "/api/2.0/mlflow/runs/log-batch", { run_id: target.run, metrics });
  },
};

async function rate(target, work) {
  const latencies = [];
  const until = performance.now() + SECONDS * 1000;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < until) {
        const from = performance.now();
        await work(target);
        latencies.push(performance.now() - from);
      }
    }),
  );
  return { perSecond: (latencies.length * 1000) / (performance.now() - started), latency: median(latencies) };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1]) / 1024;
}

/** Highest resident memory of a process, in MiB, while something is done. */
async function watched(pid, work) {
  let highest = 0;
  const timer = setInterval(() => (highest = Math.max(highest, memory(pid))), 50);
  const before = memory(pid);
  const started = performance.now();
  await work();
  clearInterval(timer);
  return { before, highest, seconds: (performance.now() - started) / 1000 };
}

/** 2 GB that the scanner explains: a NumPy array of zeros. */
function bigFile(path) {
  const header =
    `{'descr': '<f8', 'fortran_order': False, 'shape': (${BIG_BYTES / 8},), }`.padEnd(117) + "\n";
  const file = openSync(path, "w");
  writeSync(file, Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(header)]));
  ftruncateSync(file, 10 + header.length + BIG_BYTES);
  closeSync(file);
}

async function bigTransfers(gateway, folder) {
  const file = join(folder, "big.npy");
  bigFile(file);
  const url = `${gateway.url}/api/2.0/mlflow-artifacts/artifacts/${gateway.experiment}/${gateway.run}/artifacts/big.npy`;
  const auth = `Authorization: Bearer ${ADMIN}`;
  const up = await watched(gateway.pid, () => exec("curl", ["-sSf", "-T", file, "-H", auth, url]));
  const down = await watched(gateway.pid, () => exec("curl", ["-sSf", "-o", "/dev/null", "-H", auth, url]));
  return { up, down };
}

async function rates(targets) {
  const lines = [
    "| request | server | requests/s (median) | median latency ms | of MLflow directly |",
    "|---|---|---|---|---|",
  ];
  for (const target of targets) await prepare(target);
  for (const [name, work] of Object.entries(WORK)) {
    const results = new Map(targets.map((target) => [target.name, []]));
    for (const target of targets) await rate(target, work);
    for (let round = 0; round < ROUNDS; round++) {
      for (const target of targets) results.get(target.name).push(await rate(target, work));
    }
    const direct = results.get("MLflow directly");
    for (const [server, rounds] of results) {
      const ratio = median(rounds.map((one, n) => one.perSecond / direct[n].perSecond));
      const perSecond = median(rounds.map((one) => one.perSecond)).toFixed(0);
      const latency = median(rounds.map((one) => one.latency)).toFixed(1);
      lines.push(`| ${name} | ${server} | ${perSecond} | ${latency} | ${ratio.toFixed(2)} |`);
    }
  }
  return lines;
}

async function transfers(gateway, folder) {
  const { up, down } = await bigTransfers(gateway, folder);
  const lines = [
    "| 2 GB by curl, judged on the way | memory before MiB | highest MiB | grown by MiB | seconds |",
    "|---|---|---|---|---|",
  ];
  const rows = [
    { name: "up (curl -T)", one: up },
    { name: "down", one: down },
  ];
  for (const { name, one } of rows) {
    const numbers = [one.before, one.highest, one.highest - one.before]
      .map((number) => number.toFixed(0))
      .join(" | ");
    lines.push(`| ${name} | ${numbers} | ${one.seconds.toFixed(1)} |`);
  }
  return lines;
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-bench-"));
  const upstream = await startUpstream({ dataDir: folder, python });
  const through = await startGateway(folder, upstream);
  const basic = await startBasicAuth(folder);
  const direct = { name: "MLflow directly", url: upstream.url, headers: upstream.headers, step: 0 };
  const gateway = {
    ...through,
    name: "through the gateway",
    headers: { authorization: `Bearer ${ADMIN}` },
    step: 0,
  };
  const intro = `Written by \`npm run bench:gateway\`: ${ROUNDS} interleaved rounds of ${SECONDS} s, ${CONNECTIONS} connections, MLflow with one worker on SQLite.`;
  const lines = ["# The gateway's cost", "", intro, ""];
  if (basic === undefined)
    lines.push("MLflow's basic-auth app did not start: this Python lacks the extra mlflow[auth].", "");
  try {
    lines.push(...(await rates(basic === undefined ? [direct, gateway] : [direct, basic, gateway])));
    lines.push("", ...(await transfers(gateway, folder)));
  } finally {
    await through.stop();
    await basic?.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const text = `${lines.join("\n")}\n`;
  process.stdout.write(text);
  writeFileSync(join(here, "..", "docs", "bench", "gateway.md"), text);
}

await main();
