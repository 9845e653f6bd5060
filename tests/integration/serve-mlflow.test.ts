import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// The same requests to `modelkeep serve` and to MLflow's own scoring server, as `mlflow models serve` starts it.

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "packages/modelkeep/dist/main.js");
const IRIS = join(ROOT, "packages/model-io/fixtures/iris");
const PYTHON = process.env["MODELKEEP_TEST_PYTHON"];
const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROWS = [
  [5, 3, 1.5, 0.2],
  [6, 3, 5, 2],
];
const children: ChildProcess[] = [];
let ours = "";
let theirs = "";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function startOurs(...argv: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [COMMAND, "serve", ...argv, "-p", "0", "--drain-delay", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  child.stderr.on("data", (piece: Buffer) => {
    said += piece.toString();
    const url = /at (http:\/\/127\.0\.0\.1:\d+)/u.exec(said)?.[1];
    if (url !== undefined) resolve(url);
  });
  child.once("exit", () => reject(new Error(said)));
  return { child, url: await promise };
}

beforeAll(async () => {
  if (PYTHON === undefined) throw new Error("set MODELKEEP_TEST_PYTHON to a Python that has MLflow");
  const port = await freePort();
  const env = { ...process.env, __pyfunc_model_path__: IRIS, MLFLOW_DISABLE_TELEMETRY: "true" };
  const app = ["-m", "uvicorn", "mlflow.pyfunc.scoring_server.app:app", "--port", String(port)];
  children.push(spawn(PYTHON, app, { env, stdio: "ignore" }));
  theirs = `http://127.0.0.1:${port}`;
  ours = (await startOurs("-m", IRIS)).url;
  for (;;) {
    const answer = await fetch(`${theirs}/ping`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(100);
  }
}, 60_000);

afterAll(async () => {
  for (const child of children.filter((one) => one.exitCode === null)) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function ask(base: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
  const headers = { "content-type": type };
  const response = await fetch(`${base}/invocations`, { method: "POST", headers, body });
  return {
    status: response.status,
    type: (response.headers.get("content-type") ?? "").split(";", 1)[0] ?? "",
    body: await response.text(),
  };
}

const JSON_TYPE = "application/json";
const records = ROWS.map((row) => Object.fromEntries(row.map((value, at) => [COLUMNS[at] ?? "", value])));
const columns = Object.fromEntries(COLUMNS.map((name, at) => [name, ROWS.map((row) => row[at])]));
const csv = `${COLUMNS.join(",")}\n${ROWS.map((row) => row.join(",")).join("\n")}\n`;

describe("what MLflow's scoring server answers, ours answers", () => {
  test.each<[string, string, string | Uint8Array<ArrayBuffer>]>([
    ["split", JSON_TYPE, JSON.stringify({ dataframe_split: { columns: COLUMNS, data: ROWS } })],
    [
      "split with an index",
      JSON_TYPE,
      JSON.stringify({ dataframe_split: { columns: COLUMNS, index: [7, 8], data: ROWS } }),
    ],
    ["records", JSON_TYPE, JSON.stringify({ dataframe_records: records })],
    ["instances", JSON_TYPE, JSON.stringify({ instances: records })],
    ["inputs by column", JSON_TYPE, JSON.stringify({ inputs: columns })],
    ["inputs as records", JSON_TYPE, JSON.stringify({ inputs: records })],
    ["null params", JSON_TYPE, JSON.stringify({ dataframe_records: records, params: null })],
    ["unknown params", JSON_TYPE, JSON.stringify({ dataframe_records: records, params: { a: 1 } })],
    ["a key more", JSON_TYPE, JSON.stringify({ dataframe_records: records, more: 1 })],
    ["a column more", JSON_TYPE, JSON.stringify({ inputs: { ...columns, more: [1, 2] } })],
    ["a character set", `${JSON_TYPE}; charset=UTF-8`, JSON.stringify({ dataframe_records: records })],
    ["CSV", "text/csv", csv],
    ["CSV with a character set", "text/csv; charset=utf-8", csv],
  ])("%s", async (_name, type, body) => {
    const [own, real] = [await ask(ours, type, body), await ask(theirs, type, body)];
    expect(real.status).toBe(200);
    expect(own).toEqual(real);
  });

  test.each<[string, string, string | Uint8Array<ArrayBuffer>]>([
    ["no JSON", JSON_TYPE, "{"],
    ["nothing", JSON_TYPE, ""],
    ["a list", JSON_TYPE, "[]"],
    ["a number", JSON_TYPE, "3"],
    ["no format", JSON_TYPE, '{"a": 1}'],
    ["two formats", JSON_TYPE, '{"inputs": [[1,2,3,4]], "instances": [[1,2,3,4]]}'],
    ["a column less", JSON_TYPE, JSON.stringify({ inputs: { [COLUMNS[0] ?? ""]: [1] } })],
    ["an array where columns have names", JSON_TYPE, '{"inputs": [[1,2,3,4]]}'],
    [
      "a text for a number",
      JSON_TYPE,
      JSON.stringify({ dataframe_records: [{ ...records[0], [COLUMNS[0] ?? ""]: "x" }] }),
    ],
    ["split without data", JSON_TYPE, '{"dataframe_split": {"columns": []}}'],
    [
      "split of ragged rows",
      JSON_TYPE,
      JSON.stringify({ dataframe_split: { columns: COLUMNS, data: [[1]] } }),
    ],
    ["records that are none", JSON_TYPE, '{"dataframe_records": {"a": 1}}'],
    ["bytes that are no text", JSON_TYPE, new Uint8Array([0x22, 0xff, 0x22])],
    ["CSV that is no text", "text/csv", new Uint8Array([0xff, 0xfe])],
    ["CSV without the columns", "text/csv", "a,b\n1,2\n"],
  ])("an error for %s", async (_name, type, body) => {
    const [own, real] = [await ask(ours, type, body), await ask(theirs, type, body)];
    expect([own.status, own.type]).toEqual([real.status, real.type]);
    const codes = [own, real].map((answer) => (JSON.parse(answer.body) as { error_code: string }).error_code);
    expect(codes[0]).toBe(codes[1]);
  });

  test.each([
    ["another type", "text/plain"],
    ["another character set", `${JSON_TYPE}; charset=latin-1`],
    ["another parameter", `${JSON_TYPE}; boundary=x`],
    ["a type in capitals", "Application/JSON"],
  ])("415 for %s", async (_name, type) => {
    const [own, real] = [await ask(ours, type, "{}"), await ask(theirs, type, "{}")];
    expect([own.status, own.type]).toEqual([real.status, real.type]);
    expect(real.status).toBe(415);
  });

  test.each([
    ["GET", "/ping"],
    ["GET", "/health"],
    ["GET", "/invocations"],
    ["POST", "/ping"],
    ["GET", "/nothing"],
  ])("%s %s", async (method, path) => {
    const [own, real] = await Promise.all(
      [ours, theirs].map(async (base) => await fetch(base + path, { method })),
    );
    expect([own?.status, await own?.text(), own?.headers.get("content-type")]).toEqual([
      real?.status,
      await real?.text(),
      real?.headers.get("content-type"),
    ]);
  });
});

describe("workers", () => {
  test("answer together, count together, and drain together", async () => {
    const { child, url } = await startOurs("-m", `a=${IRIS}`, "-m", `b=${IRIS}`, "--workers", "2");
    const body = JSON.stringify({ dataframe_records: records });
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const headers = { "content-type": JSON_TYPE, connection: "close" };
        const path = at % 2 === 0 ? "/invocations" : "/models/b/invocations";
        return await (await fetch(url + path, { method: "POST", headers, body })).text();
      }),
    );
    expect(new Set(answers)).toEqual(new Set(['{"predictions": [0, 2]}']));
    const counted = await (await fetch(`${url}/metrics`)).text();
    expect(counted).toContain('modelkeep_serve_requests_total{model="a",protocol="mlflow",status="200"} 20');
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
  });

  test("a model that is not there ends the command once, with its reason", async () => {
    const child = spawn(process.execPath, [COMMAND, "serve", "-m", "/nowhere", "--workers", "2"], {
      stdio: "pipe",
    });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(code).toBe(2);
    expect(said).toMatch(/^modelkeep: [^\n]+\n/u);
  });
});
