import { readFileSync } from "node:fs";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecureMLflowLoader } from "../loader.ts";
import { Rejection } from "./http/rejection.ts";
import { ModelServer, type ModelServerOptions } from "./server.ts";

const IRIS = join(import.meta.dirname, "../../fixtures/iris");
const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROW = JSON.stringify({ dataframe_split: { columns: COLUMNS, data: [[5, 3, 1.5, 0.2]] } });
let folder: string;
let loader: SecureMLflowLoader;
let address: string;
const servers: ModelServer[] = [];

async function start(options: Partial<ModelServerOptions> = {}): Promise<string> {
  const models = { iris: IRIS, "other.iris": IRIS };
  const server = await ModelServer.open({
    loader,
    models,
    version: "1.2.3",
    maxBodyBytes: 10_000,
    ...options,
  });
  servers.push(server);
  return await server.listen(0, "127.0.0.1");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "serve-"));
  loader = await SecureMLflowLoader.open({
    engine: "native",
    quarantineFolder: folder,
    scanner: { scanModel: async (path, options) => await scanModelFolder(path, options) },
  });
  address = await start();
});

afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  await loader[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function score(body: string, type = "application/json", path = "/invocations"): Promise<Response> {
  return await fetch(`${address}${path}`, { method: "POST", body, headers: { "content-type": type } });
}

/** Sends bytes as they are, and gives all that comes back until the server closes. */
async function raw(...pieces: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  socket.on("error", () => undefined); // the server may reset what it no longer reads
  for (const piece of pieces) socket.write(piece);
  return await text(socket);
}

describe("MLflow's routes", () => {
  test("answer JSON and CSV as MLflow's do, and say which model answered", async () => {
    const json = await score(ROW);
    expect([json.status, await json.text()]).toEqual([200, '{"predictions": [0]}']);
    expect(json.headers.get("x-modelkeep-model")).toBe("iris");
    expect(json.headers.get("x-modelkeep-digest")).toMatch(/^sha256:[0-9a-f]{64}$/u);
    const csv = await score(`${COLUMNS.join(",")}\n6,3,5,2\n`, "text/csv; charset=utf-8");
    expect([csv.status, await csv.text()]).toEqual([200, '{"predictions": [2]}']);
  });

  test("answer Arrow, typed as it comes", async () => {
    const fixtures = new URL("../../fixtures/arrow/", import.meta.url);
    const post = async (name: string, type: string): Promise<[number, string]> => {
      const response = await fetch(`${address}/invocations`, {
        method: "POST",
        headers: { "content-type": type },
        body: readFileSync(new URL(name, fixtures)),
      });
      return [response.status, await response.text()];
    };
    expect(await post("iris.stream", "application/vnd.apache.arrow.stream")).toEqual([
      200,
      '{"predictions": [0, 2]}',
    ]);
    expect(await post("plain.file", "application/vnd.apache.arrow.file")).toEqual([
      400,
      expect.stringContaining("missing inputs"),
    ]);
    expect(await post("times.stream", "application/vnd.apache.arrow.stream")).toEqual([
      400,
      expect.stringContaining("timestamp"),
    ]);
  });

  test.each([
    ["/ping", "\n"],
    ["/health", "\n"],
    ["/version", "1.2.3"],
  ])("%s", async (path, body) => {
    const response = await fetch(address + path);
    expect([response.status, await response.text()]).toEqual([200, body]);
  });

  test.each<[string, string, string, number]>([
    ["no JSON", "{", "application/json", 400],
    ["a list", "[]", "application/json", 400],
    ["no format", "{}", "application/json", 400],
    ["two formats", '{"inputs": [[1]], "instances": [[1]]}', "application/json", 400],
    ["a wrong column", '{"inputs": {"a": [1]}}', "application/json", 400],
    ["NaN as a text", '{"inputs": [["NaN", 1, 1, 1]]}', "application/json", 400],
    ["another type", "x", "text/plain", 415],
    ["no type", "x", "", 415],
    ["another character set", "{}", "application/json; charset=latin-1", 415],
    ["another parameter", "{}", "application/json; boundary=x", 415],
    ["too much", `{"inputs": "${"x".repeat(20_000)}"}`, "application/json", 413],
  ])("refuse %s", async (_name, body, type, status) => {
    const response = await score(body, type);
    expect(response.status).toBe(status);
    const said = await response.text();
    if (status !== 415)
      expect(JSON.parse(said)).toMatchObject({
        error_code: expect.stringMatching(/^[A-Z_]+$/u),
        message: expect.any(String),
      });
  });

  test("bytes that are no text are refused", async () => {
    const response = await fetch(`${address}/invocations`, {
      method: "POST",
      body: new Uint8Array([0x22, 0xff, 0x22]),
      headers: { "content-type": "application/json" },
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error_code: "BAD_REQUEST", message: expect.stringMatching(/UTF-8/u) },
    ]);
  });

  test.each([
    ["GET", "/invocations", 405],
    ["POST", "/ping", 405],
    ["GET", "/models/iris/invocations", 405],
    ["GET", "/v2/models/iris/infer", 405],
    ["GET", "/../etc/passwd", 404],
    ["GET", "/", 404],
    ["GET", "/models/unknown", 404],
    ["GET", "/models/iris/unknown", 404],
    ["GET", "/models/__proto__", 404],
    ["GET", "/models/%ff", 404],
    ["GET", "/v2/models/unknown", 404],
    ["GET", "/v2/unknown", 404],
  ])("%s %s is %i", async (method, path, status) => {
    expect((await fetch(address + path, { method })).status).toBe(status);
  });
});

describe("several models", () => {
  test("each has its own route", async () => {
    const response = await score(ROW, "application/json", "/models/other.iris/invocations");
    expect([response.status, response.headers.get("x-modelkeep-model")]).toEqual([200, "other.iris"]);
    const { models } = (await (await fetch(`${address}/models`)).json()) as { models: { name: string }[] };
    expect(models.map((model) => model.name)).toEqual(["iris", "other.iris"]);
  });

  test.each([
    [{}, /no model is named/u],
    [{ "a/b": IRIS }, /is no name to serve under/u],
    [{ a: IRIS, b: join(IRIS, "nothing") }, /there is no/u],
  ])("%j is refused at the start", async (models, message) => {
    await expect(start({ models })).rejects.toThrow(message);
  });
});

describe("limits", () => {
  test("a body without an announced length stops at the limit", async () => {
    const head = "POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    const said = await raw(`${head}transfer-encoding: chunked\r\n\r\n`, `4e20\r\n${"x".repeat(20_000)}\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/iu);
  });

  test("too many header lines are refused, not dropped", async () => {
    const lines = Array.from({ length: 150 }, (_, index) => `x-${index}: 1\r\n`).join("");
    expect(await raw(`GET /ping HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines}\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /u,
    );
  });

  test("large headers are refused", async () => {
    expect(await raw(`GET /ping HTTP/1.1\r\nhost: x\r\nx-large: ${"x".repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /u,
    );
  });

  test("two lengths are refused: where the next request begins would be open", async () => {
    const said = await raw(
      "POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    );
    expect(said).toMatch(/^HTTP\/1\.1 400 /u);
  });

  test("a client that falls silent is told so", async () => {
    address = await start({ idleSeconds: 0.05 });
    const said = await raw("POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{");
    expect(said).toMatch(/^HTTP\/1\.1 408 /u);
    [address] = [await start()];
  });

  test("above the limit of requests at once, more are told when to come again", async () => {
    const busy = await start({ maxConcurrent: 1 });
    const first = connect(Number(new URL(busy).port), "127.0.0.1");
    first.write("POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{");
    await once(first, "connect");
    let response: Response;
    do response = await fetch(`${busy}/invocations`, { method: "POST", body: "{}" });
    while (response.status !== 503); // until the first one's head has arrived
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toMatchObject({ error_code: "TEMPORARILY_UNAVAILABLE" });
    expect((await fetch(`${busy}/ping`)).status).toBe(200);
    first.destroy();
  });

  test("bodies that would not fit into memory together are told when to come again", async () => {
    const full = await start({ maxBodyBytes: 100 });
    const port = Number(new URL(full).port);
    const held = Array.from({ length: 4 }, () => connect(port, "127.0.0.1"));
    for (const socket of held)
      socket.write("POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
    let response: Response;
    do response = await fetch(`${full}/invocations`, { method: "POST", body: "x".repeat(50) });
    while (response.status !== 503);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(/memory/u) });
    for (const socket of held) socket.destroy();
  });
});

test("metrics count what was answered, with few labels", async () => {
  await score("{}");
  await score(ROW);
  const said = await (await fetch(`${address}/metrics`)).text();
  expect(said).toMatch(
    /modelkeep_serve_requests_total\{model="iris",protocol="mlflow",status="400"\} [1-9]/u,
  );
  expect(said).toMatch(
    /modelkeep_serve_model_info\{model="iris",version="",digest="[0-9a-f]{64}",engine="native"\} 1/u,
  );
  expect(said).toMatch(/modelkeep_serve_request_duration_seconds_bucket\{model="iris",le="\+Inf"\} [1-9]/u);
});

test("a caller's trace goes on, a wrong one is left out", async () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const answered = async (traceparent: string): Promise<string | null> =>
    (await fetch(`${address}/ping`, { headers: { traceparent } })).headers.get("traceparent");
  expect(await answered(`00-${trace}-b7ad6b7169203331-01`)).toMatch(
    new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`, "u"),
  );
  expect(await answered(`00-${trace}-b7ad6b7169203331-01`)).not.toContain("b7ad6b7169203331");
  for (const wrong of [`00-${"0".repeat(32)}-b7ad6b7169203331-01`, `ff-${trace}-b7ad6b7169203331-01`, "x"])
    expect(await answered(wrong)).toBeNull();
});

describe("keys", () => {
  test("without one nothing of a model is told, with one what it may read", async () => {
    const auth = {
      check: async (authorization: string | undefined, model: string): Promise<void> => {
        if (authorization === undefined) throw new Rejection(401, "credential", "a key, please");
        if (authorization !== `Bearer ${model}`) throw new Rejection(403, "permission", "not yours");
      },
    };
    // Folders have no registered name, and what has none nobody can be granted.
    await expect(start({ auth })).rejects.toMatchObject({ code: "CONFIGURATION" });
    const named = {
      safeLoadModel: async () => await namedModel(),
      resolve: async () => ({ uri: "x", source: "x" }),
    };
    const base = await start({ auth, loader: named, models: { a: IRIS } });
    const status = async (path: string, key?: string, method = "GET"): Promise<number> => {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      return (await fetch(base + path, { method, headers })).status;
    };
    for (const path of ["/models", "/models/a", "/openapi.json", "/v2/models/a"]) {
      expect([path, await status(path), await status(path, "other"), await status(path, "flowers")]).toEqual([
        path,
        401,
        403,
        200,
      ]);
    }
    for (const path of ["/invocations", "/models/a/invocations", "/v2/models/a/infer"])
      expect([path, await status(path, undefined, "POST"), await status(path, "other", "POST")]).toEqual([
        path,
        401,
        403,
      ]);
    for (const path of ["/ping", "/ready", "/metrics", "/v2/health/ready"])
      expect(await status(path)).toBe(200);
  });
});

async function namedModel() {
  const model = await loader.safeLoadModel(IRIS);
  Object.defineProperty(model, "name", { value: "flowers" });
  return model;
}

describe("the end", () => {
  test("readiness goes down first, then the requests under way are answered", async () => {
    const server = await ModelServer.open({ loader, models: { iris: IRIS } });
    const base = await server.listen(0, "127.0.0.1");
    const slow = connect(Number(new URL(base).port), "127.0.0.1");
    slow.write(
      `POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${ROW.length}\r\n\r\n`,
    );
    while (server.underWay === 0) await fetch(`${base}/ping`);
    const answered = text(slow);
    const drained = server.drain(1_000, 10_000);
    const ready = await fetch(`${base}/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { ready: false, reasons: [expect.any(String)] },
    ]);
    expect((await fetch(`${base}/v2/health/ready`)).status).toBe(503);
    const alive = await fetch(`${base}/ping`);
    expect([alive.status, alive.headers.get("connection")]).toEqual([200, "close"]);
    slow.write(ROW);
    expect(await answered).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"predictions": \[0\]\}$/u);
    expect(await drained).toBe(true);
    await expect(fetch(`${base}/ping`)).rejects.toThrow();
    await server[Symbol.asyncDispose]();
  });
});
