import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecureMLflowLoader } from "../loader.ts";
import { scoringServer } from "./server.ts";

const IRIS = join(import.meta.dirname, "../../fixtures/iris");
const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
let folder: string;
let loader: SecureMLflowLoader;
let server: Server;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "serve-"));
  loader = await SecureMLflowLoader.open({
    engine: "native",
    quarantineFolder: folder,
    scanner: { scanModel: async (path, options) => await scanModelFolder(path, options) },
  });
  const model = await loader.safeLoadModel(IRIS);
  server = scoringServer(model, { version: "1.2.3", maxBodyBytes: 10_000 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  address = `http://127.0.0.1:${bound.port}`;
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await loader[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function score(body: string, type = "application/json"): Promise<Response> {
  return await fetch(`${address}/invocations`, { method: "POST", body, headers: { "content-type": type } });
}

describe("the scoring server", () => {
  test("answers JSON and CSV as MLflow's does", async () => {
    const json = await score(
      JSON.stringify({ dataframe_split: { columns: COLUMNS, data: [[5, 3, 1.5, 0.2]] } }),
    );
    expect([json.status, await json.text()]).toEqual([200, '{"predictions": [0]}']);
    const csv = await score(`${COLUMNS.join(",")}\n6,3,5,2\n`, "text/csv; charset=utf-8");
    expect([csv.status, await csv.text()]).toEqual([200, '{"predictions": [2]}']);
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
    ["a wrong column", '{"inputs": {"a": [1]}}', "application/json", 400],
    ["NaN as a text", '{"inputs": [["NaN", 1, 1, 1]]}', "application/json", 400],
    ["bytes that are no text", "\u00ff", "text/plain", 415],
    ["another character set", "{}", "application/json; charset=latin-1", 415],
    ["too much", `{"inputs": "${"x".repeat(20_000)}"}`, "application/json", 413],
  ])("refuses %s", async (_name, body, type, status) => {
    const response = await score(body, type);
    expect(response.status).toBe(status);
    const text = await response.text();
    if (status !== 415)
      expect(JSON.parse(text)).toMatchObject({ error_code: "BAD_REQUEST", message: expect.any(String) });
  });

  test.each([
    ["GET", "/invocations", 405],
    ["POST", "/ping", 405],
    ["GET", "/../etc/passwd", 404],
    ["GET", "/", 404],
  ])("%s %s is %i", async (method, path, status) => {
    expect((await fetch(address + path, { method })).status).toBe(status);
  });

  test("a body without an announced length stops at the limit", async () => {
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    socket.on("error", () => undefined); // the server may reset what it no longer reads
    socket.write(
      "POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    socket.write(`4e20\r\n${"x".repeat(20_000)}\r\n`);
    const [piece] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(piece.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/iu);
  });

  test("counts what it answered", async () => {
    await score("{}");
    const text = await (await fetch(`${address}/metrics`)).text();
    expect(text).toMatch(/modelkeep_serve_requests_total\{status="400"\} [1-9]/u);
  });
});
