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

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.MODELKEEP_TEST_PYTHON;
if (python === undefined) throw new Error("set MODELKEEP_TEST_PYTHON to a Python that has MLflow");
const ADMIN = "administrator-key-of-the-bench";
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const CONNECTIONS = 16;
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

async function startBasicAuth(folder) {
  const port = await freePort();
  writeFileSync(
    join(folder, "auth.ini"),
    `[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///${folder}/auth.db\nadmin_username = admin\nadmin_password = password1234567\n`,
  );
  const child = spawn(
    python,
    [
      "-m",
      "mlflow",
      "server",
      "--app-name",
      "basic-auth",
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--backend-store-uri",
      `sqlite:///${folder}/basic.db`,
      "--artifacts-destination",
      join(folder, "basic"),
      "--workers",
      "1",
    ],
    {
      env: {
        ...process.env,
        MLFLOW_AUTH_CONFIG_PATH: join(folder, "auth.ini"),
        MLFLOW_FLASK_SERVER_SECRET_KEY: "bench",
        MLFLOW_DISABLE_TELEMETRY: "true",
      },
      stdio: "ignore",
      detached: true,
    },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 240; i++) {
    if (
      await fetch(`${url}/health`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break;
    await sleep(500);
  }
  return {
    url,
    stop: () => {
      process.kill(-child.pid, "SIGTERM");
      return Promise.resolve();
    },
  };
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
  const up = await watched(gateway.pid, () => run("curl", ["-sSf", "-T", file, "-H", auth, url]));
  const down = await watched(gateway.pid, () => run("curl", ["-sSf", "-o", "/dev/null", "-H", auth, url]));
  return { up, down };
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-bench-"));
  const upstream = await startUpstream({ dataDir: folder, python });
  const through = await startGateway(folder, upstream);
  const basic = await startBasicAuth(folder);
  const targets = [
    { name: "MLflow directly", url: upstream.url, headers: upstream.headers, step: 0 },
    {
      name: "MLflow basic-auth",
      url: basic.url,
      headers: { authorization: `Basic ${btoa("admin:password1234567")}` },
      step: 0,
    },
    {
      name: "through the gateway",
      url: through.url,
      pid: through.pid,
      headers: { authorization: `Bearer ${ADMIN}` },
      step: 0,
    },
  ];
  const lines = [
    "# The gateway's cost",
    "",
    `Written by \`npm run bench:gateway\`: ${ROUNDS} interleaved rounds of ${SECONDS} s, ${CONNECTIONS} connections, MLflow with one worker on SQLite.`,
    "",
  ];
  try {
    for (const target of targets) await prepare(target);
    lines.push(
      "| request | server | requests/s (median) | median latency ms | of MLflow directly |",
      "|---|---|---|---|---|",
    );
    for (const [name, work] of Object.entries(WORK)) {
      const results = new Map(targets.map((target) => [target.name, []]));
      for (const target of targets) await rate(target, work);
      for (let round = 0; round < ROUNDS; round++) {
        for (const target of targets) results.get(target.name).push(await rate(target, work));
      }
      const direct = results.get("MLflow directly");
      for (const [server, rounds] of results) {
        const ratio = median(rounds.map((one, n) => one.perSecond / direct[n].perSecond));
        lines.push(
          `| ${name} | ${server} | ${median(rounds.map((one) => one.perSecond)).toFixed(0)} | ${median(rounds.map((one) => one.latency)).toFixed(1)} | ${ratio.toFixed(2)} |`,
        );
      }
    }
    const { up, down } = await bigTransfers(targets[2], folder);
    lines.push(
      "",
      "| 2 GB by curl, judged on the way | memory before MiB | highest MiB | grown by MiB | seconds |",
      "|---|---|---|---|---|",
    );
    for (const [name, one] of [
      ["up (curl -T)", up],
      ["down", down],
    ]) {
      lines.push(
        `| ${name} | ${one.before.toFixed(0)} | ${one.highest.toFixed(0)} | ${(one.highest - one.before).toFixed(0)} | ${one.seconds.toFixed(1)} |`,
      );
    }
  } finally {
    await through.stop();
    await basic.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const text = `${lines.join("\n")}\n`;
  process.stdout.write(text);
  writeFileSync(join(here, "..", "docs", "bench", "gateway.md"), text);
}

await main();
