import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Gateway, startGateway } from "@modelkeep/gateway/server";
import { startUpstream, type Upstream } from "@modelkeep/gateway/upstream/supervisor";
import type { Scanner } from "@modelkeep/gateway/admission/scanner";
import { ScanService } from "@modelkeep/scanner/service";

export const ADMIN = "administrator-key-of-the-tests";

const run = promisify(execFile);

/** The Python of the tests; the global set-up made sure that it is there. */
export function testPython(): string {
  return process.env["MODELKEEP_TEST_PYTHON"] ?? "python3";
}

/** A real MLflow, the gateway in front of it, and the real scanner. */
export class GatewayWorld {
  readonly dataDir: string;
  readonly upstream: Upstream;
  readonly gateway: Gateway;
  readonly #scanner: ScanService;

  private constructor(dataDir: string, upstream: Upstream, gateway: Gateway, scanner: ScanService) {
    this.dataDir = dataDir;
    this.upstream = upstream;
    this.gateway = gateway;
    this.#scanner = scanner;
  }

  static async start(): Promise<GatewayWorld> {
    const dataDir = mkdtempSync(join(tmpdir(), "modelkeep-world-"));
    const upstream = await startUpstream({ dataDir, python: testPython() });
    const script = new URL("../../packages/scanner/dist/service/worker.js", import.meta.url);
    const scanner = new ScanService({ workers: 1, script });
    const judge: Scanner = scanner;
    const gateway = await startGateway({
      upstream: upstream.url,
      upstreamHeaders: upstream.headers,
      dataDir,
      port: 0,
      scanner: judge,
      adminKey: ADMIN,
    });
    return new GatewayWorld(dataDir, upstream, gateway, scanner);
  }

  async stop(): Promise<void> {
    await this.gateway.close();
    await this.#scanner.close();
    await this.upstream.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.gateway.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const document: unknown = await response.json();
    return { ...(document as object) };
  }

  /** Makes a user and returns a key. */
  async user(name: string, role = "contributor"): Promise<string> {
    await this.api("POST", "/modelkeep/api/v1/users", { name, role });
    return String((await this.api("POST", "/modelkeep/api/v1/keys", { user: name }))["key"]);
  }

  /** Runs a script of this folder with MLflow's own client; returns the JSON of its last line. */
  async python(script: string, args: readonly string[], key: string): Promise<Record<string, unknown>> {
    const file = fileURLToPath(new URL(script, import.meta.url));
    const env = {
      PATH: process.env["PATH"],
      HOME: this.dataDir,
      MLFLOW_TRACKING_URI: this.gateway.url,
      MLFLOW_TRACKING_TOKEN: key,
      MLFLOW_DISABLE_TELEMETRY: "true",
    };
    const { stdout } = await run(testPython(), [file, ...args], { env, cwd: this.dataDir, timeout: 240_000 });
    const document: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    return { ...(document as object) };
  }
}
