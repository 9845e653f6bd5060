import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HOSTILE, sha256, TestGateway } from "../../test/gateway.ts";

let gateway: TestGateway;
let alice: string;

beforeAll(async () => {
  gateway = await TestGateway.start({ limits: { artifactBytes: 1_000_000 } });
  alice = await gateway.user("alice");
  await gateway.grant("alice", "experiment", "alices", "MANAGE");
  await gateway.grant("alice", "registered-model", "*", "MANAGE");
});

beforeEach(() => {
  gateway.mlflow.artifacts.clear();
  gateway.mlflow.seen.length = 0;
});

afterAll(() => gateway.stop());

const FILE = "/api/2.0/mlflow-artifacts/artifacts/1/runofalice/artifacts/f.bin";
const STORED = "1/runofalice/artifacts/f.bin";

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe("an upload", () => {
  test("that is admitted reaches MLflow whole, with its length, and is on record with its hash", async () => {
    const body = Buffer.alloc(300_000, "x");
    const headers = { "transfer-encoding": "chunked", "content-type": "text/plain" };
    expect((await gateway.ask("PUT", FILE, { key: alice, body, headers })).status).toBe(200);
    expect(gateway.mlflow.artifacts.get(STORED)?.equals(body)).toBe(true);
    const put = gateway.mlflow.seen.find((seen) => seen.method === "PUT");
    expect(put?.headers).toMatchObject({ "content-length": "300000", "content-type": "text/plain" });
    expect(await gateway.rows({ sha256: sha256(body) })).toMatchObject([
      { action: "artifacts.upload", decision: "allow" },
    ]);
  });

  test("of no bytes at all is stored as such", async () => {
    expect((await gateway.ask("PUT", FILE, { key: alice })).status).toBe(200);
    expect(gateway.mlflow.artifacts.get(STORED)?.length).toBe(0);
  });

  test("that is not admitted never reaches MLflow, and its sender reads why", async () => {
    const answer = await gateway.ask("PUT", FILE, { key: alice, body: HOSTILE });
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({
      error_code: "PERMISSION_DENIED",
      message: "f.bin is not admitted: malicious (MK1001 calls os.system in data.pkl at offset 42)",
    });
    expect(gateway.mlflow.artifacts.size).toBe(0);
    expect(gateway.quarantined()).toEqual([]);
    expect(await gateway.rows({ sha256: sha256(HOSTILE), decision: "deny" })).toHaveLength(1);
  });

  test("by the form of MLflow's pages is judged as well", async () => {
    const target = "/ajax-api/2.0/mlflow/upload-artifact?run_uuid=runofalice&path=a/f.bin";
    expect((await gateway.ask("POST", target, { key: alice, body: HOSTILE })).status).toBe(422);
    expect((await gateway.ask("POST", target, { key: alice, body: "fine" })).status).toBe(200);
    const twice = `${target}&path=../../x`;
    expect((await gateway.ask("POST", twice, { key: alice, body: "fine" })).status).toBe(400);
  });

  test.each([
    ["1"],
    ["1/runofalice"],
    ["1/runofalice/artifacts"],
    ["1/runofalice/elsewhere/f.bin"],
    ["1/models/m-alice/artifacts"],
    ["1/models"],
    ["1/traces/x"],
  ])("that would take the place of a folder of MLflow's is refused: %s", async (path) => {
    const target = `/api/2.0/mlflow-artifacts/artifacts/${path}`;
    expect((await gateway.ask("PUT", target, { key: alice, body: "x" })).status).toBe(403);
    expect(gateway.mlflow.artifacts.size).toBe(0);
  });

  test("deletes nothing above the artifacts of one run", async () => {
    for (const path of ["1", "1/runofalice", "1/models", "1/models/m-alice"]) {
      const target = `/api/2.0/mlflow-artifacts/artifacts/${path}`;
      expect((await gateway.ask("DELETE", target, { key: alice })).status).toBe(403);
    }
    expect(gateway.mlflow.seen.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  test("named as a model's description is refused unless it was judged as one", async () => {
    const target = "/api/2.0/mlflow-artifacts/artifacts/1/runofalice/artifacts/m/MLmodel";
    const answer = await gateway.ask("PUT", target, { key: alice, body: '"\\x66lavors": {}' });
    expect(answer.status).toBe(422);
    expect(answer.json()["message"]).toContain("MK1302");
    expect((await gateway.ask("PUT", target, { key: alice, body: "flavors: {}" })).status).toBe(200);
  });

  test.each([
    ["too long, announced", { "content-length": "1000001" }, 413],
    ["too long, not announced", { "transfer-encoding": "chunked" }, 413],
    ["compressed", { "content-encoding": "gzip" }, 400],
  ])("that is %s is refused", async (_what, headers, status) => {
    const body = Buffer.alloc(1_000_001);
    expect((await gateway.ask("PUT", FILE, { key: alice, body, headers })).status).toBe(status);
    expect(gateway.mlflow.artifacts.size).toBe(0);
    expect(gateway.quarantined()).toEqual([]);
  });

  test("that is refused in its middle is told so, not cut off: MLflow's client would only send it again", async () => {
    const headers = { "transfer-encoding": "chunked" };
    const answer = await gateway.ask("PUT", FILE, { key: alice, body: Buffer.alloc(30_000_000), headers });
    expect(answer.status).toBe(413);
    expect(answer.json()["message"]).toContain("more than");
    expect(gateway.quarantined()).toEqual([]);
  });

  test("that breaks off leaves nothing", async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT ${FILE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice}\r\nContent-Length: 500000\r\n\r\n`,
    );
    socket.write(Buffer.alloc(200_000));
    await until(() => gateway.quarantined().length === 1);
    socket.destroy();
    await until(() => gateway.quarantined().length === 0);
    expect(gateway.mlflow.artifacts.size).toBe(0);
    expect(gateway.mlflow.seen.filter((seen) => seen.method === "PUT")).toEqual([]);
  });

  test("that waits for permission to send is refused before it sends", async () => {
    const answers = await rawExchange(`PUT ${FILE.replace("runofalice", "runofbob")}`, alice);
    expect(answers).toMatch(/^HTTP\/1\.1 403 /u);
    expect(answers).not.toContain("100 Continue");
  });

  test("that waits for permission to send gets it", async () => {
    const answers = await rawExchange(`PUT ${FILE}`, alice, "hello");
    expect(answers).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /u);
    expect(gateway.mlflow.artifacts.get(STORED)?.toString()).toBe("hello");
  });
});

/** Sends the head with `Expect: 100-continue`, the body once that came, and returns all that was answered. */
async function rawExchange(line: string, key: string, body = ""): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let answered = "";
  socket.on("data", (chunk) => {
    answered += String(chunk);
  });
  socket.write(
    `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
  );
  await until(() => answered.includes("\r\n\r\n"));
  if (answered.includes("100 Continue")) socket.write(body);
  await until(() => socket.closed || /HTTP\/1\.1 [2-5].*\r\n\r\n/su.test(answered));
  socket.destroy();
  return answered;
}

describe("a download", () => {
  const BYTES = Buffer.from("0123456789");

  beforeEach(() => {
    gateway.mlflow.artifacts.set(STORED, BYTES);
  });

  test("is judged at first read when it was there before the gateway", async () => {
    const answer = await gateway.ask("GET", FILE, { key: alice });
    expect(answer.status).toBe(200);
    expect(answer.body.equals(BYTES)).toBe(true);
    expect(answer.headers).toMatchObject({
      "content-length": "10",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "content-disposition": "attachment; filename*=UTF-8''f.bin",
      etag: `"${sha256(BYTES)}"`,
    });
    expect(await gateway.rows({ sha256: sha256(BYTES) })).not.toEqual([]);
    expect(gateway.quarantined()).toEqual([]);
  });

  test("of bytes that are not admitted serves none of them", async () => {
    gateway.mlflow.artifacts.set(STORED, HOSTILE);
    const answer = await gateway.ask("GET", FILE, { key: alice });
    expect(answer.status).toBe(422);
    expect(answer.body.includes("HOSTILE")).toBe(false);
  });

  test("of bytes that changed behind the gateway is judged anew", async () => {
    expect((await gateway.ask("GET", FILE, { key: alice })).status).toBe(200);
    gateway.mlflow.artifacts.set(STORED, HOSTILE);
    expect((await gateway.ask("GET", FILE, { key: alice })).status).toBe(422);
  });

  test.each([
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=8-", 206, "89", "bytes 8-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=5-99", 206, "56789", "bytes 5-9/10"],
    ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=3-1", 200, "0123456789", undefined],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
    ["lines=0-1", 200, "0123456789", undefined],
    ["bytes=a-b", 200, "0123456789", undefined],
  ])("of %s", async (range, status, text, contentRange) => {
    const answer = await gateway.ask("GET", FILE, { key: alice, headers: { range } });
    expect([answer.status, answer.body.toString(), answer.headers["content-range"]]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  test("of a range of something that changed meanwhile is the whole", async () => {
    const headers = { range: "bytes=0-1", "if-range": '"other"' };
    expect((await gateway.ask("GET", FILE, { key: alice, headers })).status).toBe(200);
  });

  test("of bytes that the client has is a word, after they were judged again", async () => {
    const headers = { "if-none-match": `"${sha256(BYTES)}"` };
    const fresh = await gateway.ask("GET", FILE, { key: alice, headers });
    expect([fresh.status, fresh.body.length]).toEqual([304, 0]);
    const other = { "if-none-match": '"other"' };
    expect((await gateway.ask("GET", FILE, { key: alice, headers: other })).status).toBe(200);
    gateway.mlflow.artifacts.set(STORED, HOSTILE);
    expect((await gateway.ask("GET", FILE, { key: alice, headers })).status).toBe(422);
    expect((await gateway.ask("GET", FILE, { key: "", headers })).status).toBe(401);
  });

  test("by HEAD has the headers only", async () => {
    const answer = await gateway.ask("HEAD", FILE, { key: alice });
    expect([answer.status, answer.headers["content-length"], answer.body.length]).toEqual([200, "10", 0]);
  });

  test("that MLflow breaks off serves nothing", async () => {
    gateway.mlflow.answers.set(FILE, (_request, response) => {
      response.writeHead(200, { "content-length": 1_000 });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
    });
    const answer = await gateway.ask("GET", FILE, { key: alice });
    gateway.mlflow.answers.delete(FILE);
    expect(answer.status).toBe(503);
    expect(gateway.quarantined()).toEqual([]);
  });

  test("of what is not there is MLflow's 404", async () => {
    expect((await gateway.ask("GET", `${FILE}.none`, { key: alice })).status).toBe(404);
  });
});

describe("registration", () => {
  const create = "/api/2.0/mlflow/model-versions/create";
  const folder = "1/models/m-alice/artifacts";

  beforeAll(async () => {
    await gateway.call("POST", "/api/2.0/mlflow/registered-models/create", alice, { name: "football" });
  });

  test("of a model whose files are all admitted", async () => {
    gateway.mlflow.artifacts.set(`${folder}/MLmodel`, Buffer.from("flavors: {}"));
    gateway.mlflow.artifacts.set(`${folder}/deep/er/data.bin`, Buffer.from("data"));
    const answer = await gateway.call("POST", create, alice, { name: "football", source: "models:/m-alice" });
    expect(answer.status).toBe(200);
    expect(gateway.quarantined()).toEqual([]);
  });

  test("of a model with one file that is not", async () => {
    gateway.mlflow.artifacts.set(`${folder}/MLmodel`, Buffer.from("flavors: {}"));
    gateway.mlflow.artifacts.set(`${folder}/deep/model.pkl`, HOSTILE);
    const answer = await gateway.call("POST", create, alice, { name: "football", source: "models:/m-alice" });
    expect(answer.status).toBe(422);
    expect(answer.json()["message"]).toMatch(/model\.pkl: malicious \(MK1001/u);
    expect(gateway.mlflow.asked(create)).toEqual([]);
  });

  test.each([
    ["/etc/passwd", 403],
    ["file:///etc", 403],
    ["s3://bucket/model", 403],
    ["http://evil.example/m", 403],
    ["mlflow-artifacts://evil.example/1/models/m-alice/artifacts", 403],
    ["mlflow-artifacts:/1/runofalice/../../2/runofbob/artifacts", 400],
    ["mlflow-artifacts:/2/runofbob/artifacts/model", 403],
    ["mlflow-artifacts:/1/runofbob/artifacts/model", 403],
    ["runs:/runofbob/model", 403],
    ["runs:/runofalice/%2e%2e/model", 400],
    ["models:/m-none", 404],
    ["models:/football/latest", 400],
    ["models:/nobodys/1", 404],
    ["dummy-source", 403],
    ["mlflow-artifacts:/1/models/m-alice/artifacts", 404],
    ["", 400],
  ])("from %j is refused: %i", async (source, status) => {
    const answer = await gateway.call("POST", create, alice, { name: "football", source });
    expect(answer.status).toBe(status);
    expect(gateway.mlflow.asked(create)).toEqual([]);
  });

  test("a logged model is judged when it is made ready, not when its writer gave it up", async () => {
    const target = "/api/2.0/mlflow/logged-models/m-alice";
    gateway.mlflow.artifacts.set(`${folder}/model.pkl`, HOSTILE);
    const ready = { status: "LOGGED_MODEL_READY" };
    expect((await gateway.call("PATCH", target, alice, ready)).status).toBe(422);
    expect((await gateway.call("PATCH", target, alice, { ...ready, model_id: "m-other" })).status).toBe(400);
    const failed = { status: "LOGGED_MODEL_UPLOAD_FAILED" };
    expect((await gateway.call("PATCH", target, alice, failed)).status).toBe(200);
  });
});
