import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startUpstream, type Upstream } from "./supervisor.ts";

/** Plays the part of `python mlflow_server.py`: announces a port, serves `/health`, ends with its standard input. */
const FAKE_SERVER = `#!${process.execPath}
const { createServer } = require("node:http");
const { writeSync } = require("node:fs");
const port = Number(process.argv.at(-1));
writeSync(3, '{"step":"loading MLflow"}\\n');
const server = createServer((request, response) => {
  const known = request.headers["x-modelkeep-upstream"] === process.env.MODELKEEP_UPSTREAM_TOKEN;
  response.writeHead(known ? 200 : 403).end(String(process.pid));
});
server.listen(port, "127.0.0.1", () => writeSync(3, JSON.stringify({ port: server.address().port }) + "\\n"));
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
console.log("a line of log");
`;

let folder: string;
let upstream: Upstream | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-upstream-"));
});

afterEach(async () => {
  await upstream?.stop();
  upstream = undefined;
  rmSync(folder, { recursive: true });
});

function fakePython(script: string): string {
  const file = join(folder, "python.cjs");
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
}

async function start(script: string, onLog: (line: string) => void = () => {}): Promise<Upstream> {
  upstream = await startUpstream({ dataDir: folder, python: fakePython(script), onLog });
  return upstream;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("startUpstream", () => {
  test("serves on loopback, to its own token only", async () => {
    const { url, headers, pid } = await start(FAKE_SERVER);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    expect((await fetch(`${url}/health`)).status).toBe(403);
    const answer = await fetch(`${url}/health`, { headers });
    expect([answer.status, await answer.text()]).toEqual([200, String(pid)]);
  });

  test("writes what it says to a log, and nothing of the token", async () => {
    const { headers } = await start(FAKE_SERVER);
    const log = join(folder, "mlflow", "server.log");
    await until(() => existsSync(log));
    expect(readFileSync(log, "utf8")).toBe("a line of log\n");
    expect(JSON.stringify(headers)).toMatch(/[0-9a-f]{64}/u);
  });

  test("comes back on the same port when it is killed", async () => {
    const lines: string[] = [];
    const server = await start(FAKE_SERVER, (line) => lines.push(line));
    const { url, pid } = server;
    process.kill(pid, "SIGKILL");
    await until(() => lines.includes("MLflow runs again"));
    expect(server.pid).not.toBe(pid);
    expect(server.url).toBe(url);
    expect((await fetch(`${url}/health`, { headers: server.headers })).status).toBe(200);
    expect(lines.some((line) => /ended unexpectedly/u.test(line))).toBe(true);
  });

  test("stop ends it, also in the middle of a restart", async () => {
    const server = await start(FAKE_SERVER);
    const { pid } = server;
    process.kill(pid, "SIGKILL");
    await until(() => !isAlive(pid));
    await server.stop();
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  test("stop ends children that it left behind", async () => {
    const child = `require("node:child_process").spawn("sleep", ["600"], { stdio: "ignore" }).pid`;
    const script = FAKE_SERVER.replace('console.log("a line of log")', `console.log("child", ${child})`);
    const server = await start(script);
    const log = join(folder, "mlflow", "server.log");
    await until(() => existsSync(log) && readFileSync(log, "utf8").includes("child"));
    const left = Number(/child (\d+)/u.exec(readFileSync(log, "utf8"))?.[1]);
    expect(isAlive(left)).toBe(true);
    await server.stop();
    await until(() => !isAlive(left));
  });

  test.each([
    [
      "ends with a reason",
      'console.error("OSError: disk full"); process.exit(1)',
      /did not start \(OSError: disk full\)/u,
    ],
    ["ends without one", "process.exit(0)", /did not start \(it wrote nothing\): read mlflow\/server\.log/u],
    [
      "lacks a module",
      'console.error("ModuleNotFoundError: x"); process.exit(1)',
      /environment is broken .*: remove /u,
    ],
  ])("fails with the reason when MLflow %s", async (_, script, message) => {
    await expect(start(`#!${process.execPath}\n${script}\n`)).rejects.toThrow(message);
  });

  test("fails when the interpreter is not there", async () => {
    const options = { dataDir: folder, python: join(folder, "away") };
    await expect(startUpstream(options)).rejects.toThrow(/MLflow did not start/u);
  });

  test("fails when it announces nonsense", async () => {
    const script = `#!${process.execPath}\nrequire("node:fs").writeSync(3, "not json\\n"); setTimeout(() => {}, 60_000);\n`;
    await expect(start(script)).rejects.toThrow(/MLflow did not start/u);
  });
});
