import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real MLflow on a free loopback port, its files in one folder. */
export interface RealMlflow extends AsyncDisposable {
  readonly url: string;
}

/** The Python that has MLflow. @throws when `MODELKEEP_TEST_PYTHON` is not set: these tests are never skipped */
export function testPython(): string {
  const python = process.env["MODELKEEP_TEST_PYTHON"];
  if (python === undefined || python === "") {
    throw new Error("MODELKEEP_TEST_PYTHON must name a Python with mlflow and scikit-learn");
  }
  return python;
}

export async function startMlflow(folder: string): Promise<RealMlflow> {
  const port = await freePort();
  const child = spawn(
    testPython(),
    [
      ...["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--backend-store-uri", `sqlite:///${join(folder, "mlflow.db")}`],
      ...["--artifacts-destination", join(folder, "artifacts")],
    ],
    {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: "true" },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/health`, child);
  return { url, [Symbol.asyncDispose]: async () => await stop(child) };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.on("data", (piece: Buffer) => (said = (said + piece.toString()).slice(-4_000)));
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`mlflow server ended: ${said}`);
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await sleep(200);
  }
  throw new Error(`mlflow server did not answer: ${said}`);
}

/** The server starts workers of its own: its whole process group is ended, by its id. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const gone = once(child, "close");
  process.kill(-child.pid, "SIGKILL");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
