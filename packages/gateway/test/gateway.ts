import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileReport, ModelReport } from "@modelkeep/findings";
import type { Scanner } from "../src/admission/scanner.ts";
import type { AuditRow } from "@modelkeep/audit-log/record";
import { searchAuditLog } from "@modelkeep/audit-log/search";
import { type Gateway, type GatewayOptions, startGateway } from "../src/server.ts";
import { FakeMlflow } from "./fake-mlflow.ts";

export const ADMIN = "administrator-key-of-the-tests";

/** Bytes that the tests' scanner calls malicious. */
export const HOSTILE = Buffer.from("HOSTILE payload");

/** Judges by one word, and counts how often it was asked. */
export class WordScanner implements Scanner {
  policy: unknown = { name: "word" };
  files = 0;
  models = 0;

  scanFile(path: string, options: { name?: string } = {}): Promise<FileReport> {
    this.files += 1;
    return Promise.resolve(reportOf(path, options.name ?? path));
  }

  scanModel(folder: string, options: { name?: string } = {}): Promise<ModelReport> {
    this.models += 1;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => reportOf(join(entry.parentPath, entry.name), entry.name));
    const admitted = files.every((file) => file.admitted);
    const verdict = admitted ? "inert" : "malicious";
    return Promise.resolve({
      path: options.name ?? folder,
      kind: "mlflow-model",
      verdict,
      admitted,
      findings: [],
      files,
    });
  }
}

function reportOf(path: string, name: string): FileReport {
  const bytes = readFileSync(path);
  const hostile = bytes.includes("HOSTILE");
  return {
    path: name,
    sha256: sha256(bytes),
    size: bytes.length,
    format: bytes.includes("flavors:") ? "mlmodel" : "test",
    verdict: hostile ? "malicious" : "inert",
    admitted: !hostile,
    coverage: { bytes: bytes.length, explained: bytes.length },
    findings: hostile
      ? [
          {
            ruleId: "MK1001",
            severity: "critical",
            message: "calls os.system",
            location: { part: "data.pkl", offset: 42 },
          },
        ]
      : [],
  };
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  json(): Record<string, unknown>;
}

export interface Ask {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** A gateway in front of a fake MLflow, in a folder of its own. */
export class TestGateway {
  readonly mlflow: FakeMlflow;
  readonly scanner: WordScanner;
  readonly dataDir: string;
  readonly #options: Partial<GatewayOptions>;
  #gateway: Gateway | undefined;

  private constructor(mlflow: FakeMlflow, options: Partial<GatewayOptions>) {
    this.mlflow = mlflow;
    this.scanner = new WordScanner();
    this.dataDir = mkdtempSync(join(tmpdir(), "modelkeep-gateway-"));
    this.#options = options;
  }

  static async start(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
    const made = new TestGateway(await FakeMlflow.start(), options);
    await made.open();
    return made;
  }

  async open(): Promise<void> {
    this.#gateway = await startGateway({
      upstream: this.mlflow.url,
      dataDir: this.dataDir,
      port: 0,
      scanner: this.scanner,
      adminKey: ADMIN,
      ...this.#options,
    });
  }

  get url(): string {
    if (this.#gateway === undefined) throw new Error("the gateway is not open");
    return this.#gateway.url;
  }

  async close(): Promise<void> {
    await this.#gateway?.close();
    this.#gateway = undefined;
  }

  async stop(): Promise<void> {
    await this.close();
    await this.mlflow.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Sends the target exactly as written: `fetch` would normalise it first. */
  ask(method: string, target: string, { key, headers = {}, body }: Ask = {}): Promise<Answer> {
    const { hostname, port } = new URL(this.url);
    const credential = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return new Promise((resolve, reject) => {
      const sent = httpRequest({
        hostname,
        port,
        method,
        path: target,
        headers: { ...credential, ...headers },
      });
      sent.on("error", reject);
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const json = (): Record<string, unknown> => JSON.parse(bytes.toString());
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes, json });
        });
      });
      sent.end(body);
    });
  }

  /** A JSON call with a key. */
  async call(method: string, target: string, key: string, document?: unknown): Promise<Answer> {
    if (document === undefined) return await this.ask(method, target, { key });
    const body = Buffer.from(JSON.stringify(document));
    // Node adds no length of its own to a DELETE.
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    return await this.ask(method, target, { key, headers, body });
  }

  /** Makes a user with a key. */
  async user(name: string, role = "contributor"): Promise<string> {
    await this.call("POST", "/modelkeep/api/v1/users", ADMIN, { name, role });
    return String((await this.call("POST", "/modelkeep/api/v1/keys", ADMIN, { user: name })).json()["key"]);
  }

  async grant(user: string, kind: string, pattern: string, permission: string): Promise<void> {
    const answer = await this.call("PUT", "/modelkeep/api/v1/grants", ADMIN, {
      user,
      kind,
      pattern,
      permission,
    });
    if (answer.status !== 200) throw new Error(`the grant was refused: ${answer.body.toString()}`);
  }

  async rows(query = {}): Promise<AuditRow[]> {
    const found: AuditRow[] = [];
    for await (const row of searchAuditLog(this.dataDir, query)) found.push(row);
    return found;
  }

  /** Files that quarantine holds at this moment. */
  quarantined(): string[] {
    return readdirSync(join(this.dataDir, "quarantine"));
  }
}
