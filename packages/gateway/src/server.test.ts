import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN, HOSTILE, sha256, TestGateway } from "../test/gateway.ts";

let gateway: TestGateway;
let alice: string;
let viewer: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  alice = await gateway.user("alice");
  viewer = await gateway.user("vera", "viewer");
  await gateway.grant("alice", "experiment", "ali*", "MANAGE");
  await gateway.grant("vera", "experiment", "*", "EDIT");
});

afterAll(() => gateway.stop());

const RUN = "/api/2.0/mlflow/runs/get?run_id=runofalice";

describe("identity", () => {
  test.each([
    ["no credential", {}],
    ["an unknown key", { authorization: "Bearer mk_000000000000_nothing" }],
    ["an empty key", { authorization: "Bearer " }],
    ["a scheme that is none of ours", { authorization: "Digest abc" }],
    ["Basic without a password", { authorization: `Basic ${btoa("alice")}` }],
    ["a made-up session", { cookie: "modelkeep_session=abc" }],
    ["two sessions", { cookie: "modelkeep_session=abc; modelkeep_session=def" }],
  ])("%s is 401 in MLflow's form", async (_what, headers) => {
    const answer = await gateway.ask("GET", RUN, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain("Bearer");
    expect(answer.json()).toMatchObject({ error_code: "UNAUTHENTICATED" });
  });

  test("a key is taken as Bearer and as Basic password", async () => {
    expect((await gateway.ask("GET", RUN, { key: alice })).status).toBe(200);
    const basic = { authorization: `Basic ${btoa(`alice:${alice}`)}` };
    expect((await gateway.ask("GET", RUN, { headers: basic })).status).toBe(200);
  });

  test("a revoked key is refused at once", async () => {
    const made = (await gateway.call("POST", "/modelkeep/api/v1/keys", ADMIN, { user: "alice" })).json();
    const key = String(made["key"]);
    expect((await gateway.ask("GET", RUN, { key })).status).toBe(200);
    await gateway.call("POST", `/modelkeep/api/v1/keys/${String(made["id"])}/revoke`, ADMIN);
    expect((await gateway.ask("GET", RUN, { key })).status).toBe(401);
  });

  test("no key stands anywhere in the data folder", () => {
    const files = readdirSync(gateway.dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name)).includes(alice.slice(16)), file.name).toBe(false);
    }
  });
});

describe("what reaches MLflow", () => {
  test("carries no credential, no cookie, no forwarding or identity header, and MLflow's own host", async () => {
    gateway.mlflow.seen.length = 0;
    await gateway.ask("GET", RUN, {
      key: alice,
      headers: {
        cookie: "a=b",
        origin: "http://evil.example",
        "x-forwarded-for": "10.0.0.1",
        "x-remote-user": "root",
        "x-mlflow-workspace": "other",
        "user-agent": "test",
      },
    });
    const [seen] = gateway.mlflow.asked("/api/2.0/mlflow/runs/get");
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(["connection", "host", "user-agent"]);
    expect(seen?.headers.host).toBe(new URL(gateway.mlflow.url).host);
  });

  test("is the normalised target, never another spelling of it", async () => {
    gateway.mlflow.seen.length = 0;
    expect(
      (await gateway.ask("GET", "/api/2.0/mlflow/%72uns/get?run_id=runof%61lice", { key: alice })).status,
    ).toBe(200);
    expect(gateway.mlflow.seen.at(-1)?.url).toBe("/api/2.0/mlflow/runs/get?run_id=runofalice");
  });

  test("does not set cookies in the gateway's name", async () => {
    expect((await gateway.ask("GET", RUN, { key: alice })).headers["set-cookie"]).toBeUndefined();
  });
});

describe("refused before MLflow sees it", () => {
  test.each([
    ["GET", "/api/2.0/mlflow/users/get", undefined, 403],
    ["GET", "/api/2.0/mlflow/runs/get/../get?run_id=runofalice", undefined, 400],
    ["GET", "/api/2.0/mlflow/runs%2fget?run_id=runofalice", undefined, 400],
    ["GET", "/api/2.0/mlflow/runs/get?run_id=runofbob", undefined, 403],
    ["GET", "/api/2.0/mlflow/runs/get?run_id=runofalice&run_id=runofbob", undefined, 400],
    ["GET", "/api/2.0/mlflow/runs/get?run_id=runofalice&run_uuid=runofbob", undefined, 400],
    ["GET", "/api/2.0/mlflow/runs/get", undefined, 400],
    ["GET", "/api/2.0/mlflow/runs/get?run_id=../x", undefined, 400],
    ["GET", "/api/2.0/mlflow/experiments/get?experiment_id=01", undefined, 400],
    ["GET", "/api/2.0/mlflow/experiments/get?experiment_id=%D9%A1", undefined, 400],
    ["GET", "/api/2.0/mlflow/experiments/get?experiment_id=2", undefined, 403],
    ["GET", "/api/2.0/mlflow/experiments/get?experiment_id=99", undefined, 404],
    ["GET", RUN, '{"run_id":"runofbob"}', 400],
    ["POST", "/api/2.0/mlflow/runs/log-metric", '{"run_id":"runofbob","key":"a","value":1}', 403],
    ["POST", "/api/2.0/mlflow/runs/log-metric", '{"run_id":"runofalice","run_uuid":"runofbob"}', 400],
    ["POST", "/api/2.0/mlflow/runs/log-metric", '{"run_id":"runofalice","runId":"runofbob"}', 400],
    ["POST", "/api/2.0/mlflow/runs/log-metric", '{"run_id":"runofalice","run_id":"runofbob"}', 400],
    ["POST", "/api/2.0/mlflow/runs/log-metric", '{"run_id":["runofalice","runofbob"]}', 400],
    ["POST", "/api/2.0/mlflow/runs/log-metric", '{"run_id":7}', 400],
    ["POST", "/api/2.0/mlflow/runs/log-metric?run_id=runofalice", '{"run_id":"runofbob"}', 400],
    [
      "POST",
      "/api/2.0/mlflow/runs/log-batch",
      '{"run_id":"runofalice","metrics":[{"run_id":"runofbob"}]}',
      403,
    ],
    ["POST", "/api/2.0/mlflow/runs/search", '{"experiment_ids":["1","2"]}', 403],
    ["POST", "/api/2.0/mlflow/runs/search", "{}", 400],
    ["POST", "/api/2.0/mlflow/experiments/create", '{"name":"x","artifact_location":"/etc"}', 403],
    ["GET", "/api/2.0/mlflow-artifacts/artifacts/1/runofbob/artifacts/x", undefined, 403],
    ["GET", "/api/2.0/mlflow-artifacts/artifacts/2/runofbob/artifacts/x", undefined, 403],
    ["GET", "/api/2.0/mlflow-artifacts/artifacts/1/../2/x", undefined, 400],
    ["GET", "/api/2.0/mlflow-artifacts/artifacts?path=1/../2", undefined, 400],
    ["GET", "/api/2.0/mlflow-artifacts/artifacts", undefined, 400],
    ["POST", "/api/2.0/mlflow-artifacts/mpu/create/1/x", "{}", 501],
    ["GET", "/api/2.0/mlflow-artifacts/presigned/1/x", undefined, 501],
    ["GET", "/api/2.0/mlflow/webhooks", undefined, 403],
    ["POST", "/ajax-api/2.0/mlflow/gateway-proxy", '{"gateway_path":"x"}', 403],
    ["POST", "/graphql", '{"query":"{__schema{types{name}}}"}', 403],
    ["POST", "/v1/traces", "not json at all", 403],
  ])("%s %s %s: %i", async (method, target, body, status) => {
    gateway.mlflow.seen.length = 0;
    const extra = body === undefined ? {} : { body, headers: { "content-length": String(body.length) } };
    const answer = await gateway.ask(method, target, { key: alice, ...extra });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ error_code: expect.any(String), message: expect.any(String) });
    const lookUps = /^\/api\/[23]\.0\/mlflow\/(?:experiments|runs)\/get\?/u;
    expect(gateway.mlflow.seen.filter((seen) => seen.method !== "GET" || !lookUps.test(seen.url))).toEqual(
      [],
    );
  });

  test("a viewer changes nothing, whatever was granted", async () => {
    expect((await gateway.ask("GET", RUN, { key: viewer })).status).toBe(200);
    const answer = await gateway.call("POST", "/api/2.0/mlflow/runs/set-tag", viewer, {
      run_id: "runofalice",
      key: "a",
      value: "b",
    });
    expect(answer.status).toBe(403);
    expect(
      (await gateway.call("POST", "/api/2.0/mlflow/experiments/create", viewer, { name: "x" })).status,
    ).toBe(403);
  });

  test("a protocol upgrade", async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const [line] = String(await new Promise((resolve) => socket.once("data", resolve))).split("\r\n");
    expect(line).toBe("HTTP/1.1 403 Forbidden");
    socket.destroy();
  });
});

describe("ownership and lists", () => {
  test("who creates an experiment owns it, and lists show only what may be read", async () => {
    const carol = await gateway.user("carol");
    const search = "/api/2.0/mlflow/experiments/search?max_results=1";
    expect((await gateway.ask("GET", search, { key: carol })).json()["experiments"]).toEqual([]);
    await gateway.call("POST", "/api/2.0/mlflow/experiments/create", carol, { name: "carols" });
    // The page of one is filled from the pages that follow.
    const shown = (await gateway.ask("GET", search, { key: carol })).json();
    expect(shown["experiments"]).toEqual([{ experiment_id: "3", name: "carols" }]);
    expect(
      (await gateway.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=3", { key: carol })).status,
    ).toBe(200);
    expect(
      (await gateway.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=3", { key: alice })).status,
    ).toBe(403);
  });

  test("NO_PERMISSIONS denies even the owner", async () => {
    const dora = await gateway.user("dora");
    await gateway.call("POST", "/api/2.0/mlflow/registered-models/create", dora, { name: "doras" });
    const get = "/api/2.0/mlflow/registered-models/get?name=doras";
    expect((await gateway.ask("GET", get, { key: dora })).status).toBe(200);
    await gateway.grant("dora", "registered-model", "dora*", "NO_PERMISSIONS");
    expect((await gateway.ask("GET", get, { key: dora })).status).toBe(403);
  });
});

describe("the audit log", () => {
  test("has every decision, with its reason, before it is answered", async () => {
    const before = (await gateway.rows()).length;
    await gateway.ask("GET", RUN, { key: alice });
    await gateway.ask("GET", "/api/2.0/mlflow/runs/get?run_id=runofbob", { key: alice });
    await gateway.ask("GET", RUN);
    expect((await gateway.rows()).slice(before)).toMatchObject([
      {
        principal: "alice",
        action: "runs.get",
        resource: "experiment:1",
        decision: "allow",
        reason: 'grant of MANAGE on "ali*"',
      },
      { principal: "alice", action: "runs.get", resource: "experiment:2", decision: "deny" },
      { principal: "-", action: "runs.get", decision: "deny", reason: expect.stringMatching(/^401 /u) },
    ]);
  });

  test("is for auditors and administrators", async () => {
    const auditor = await gateway.user("otto", "auditor");
    expect((await gateway.ask("GET", "/modelkeep/api/v1/audit", { key: alice })).status).toBe(403);
    expect((await gateway.ask("GET", "/modelkeep/api/v1/audit?decision=deny", { key: auditor })).status).toBe(
      200,
    );
    const verified = await gateway.ask("GET", "/modelkeep/api/v1/audit/verify", { key: auditor });
    expect(verified.json()).toMatchObject({ problems: [] });
  });
});

describe("when MLflow is away", () => {
  test("the answer is 503 with Retry-After, and the gateway lives on", async () => {
    const other = await TestGateway.start();
    await other.mlflow.stop();
    const answer = await other.ask("GET", "/version", { key: ADMIN });
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("5");
    expect((await other.ask("GET", "/modelkeep/healthz")).status).toBe(200);
    expect((await other.ask("GET", "/modelkeep/readyz")).status).toBe(503);
    await other.close();
  });
});

test("a second gateway on the same folder is refused", async () => {
  // Another process's: the lock of this very process counts as left over from a crash before a restart with the same id.
  const other = await TestGateway.start();
  await other.close();
  writeFileSync(`${other.dataDir}/gateway.lock`, `${process.ppid}\n`);
  await expect(other.open()).rejects.toMatchObject({ code: "CONFIGURATION" });
  await other.mlflow.stop();
});

test("users, keys and grants survive a restart", async () => {
  const other = await TestGateway.start();
  const key = await other.user("erin");
  await other.close();
  await other.open();
  expect((await other.ask("GET", "/modelkeep/api/v1/me", { key })).json()).toMatchObject({ user: "erin" });
  await other.stop();
});

test("what the scanner said is asked for once", async () => {
  const path = "/api/2.0/mlflow-artifacts/artifacts/1/runofalice/artifacts";
  const body = Buffer.from("the same bytes");
  const before = gateway.scanner.files;
  for (const name of ["a.txt", "b.txt"]) await gateway.ask("PUT", `${path}/${name}`, { key: alice, body });
  expect(gateway.scanner.files).toBe(before + 1);
  const known = await gateway.ask("GET", `/modelkeep/api/v1/verdicts/${sha256(body)}`, { key: alice });
  expect(known.json()).toMatchObject({ verdict: "inert" });
  expect(
    (await gateway.ask("GET", `/modelkeep/api/v1/verdicts/${sha256(HOSTILE)}`, { key: alice })).status,
  ).toBe(404);
});
