import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scanner } from "../admission/scanner.ts";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { DEFAULT_POLICY } from "@modelkeep/scanner/policy";
import { scanPath } from "@modelkeep/scanner/scan/scan-file";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TestGateway } from "../../test/gateway.ts";

/** As MLflow's default saves it: `model.onnx`, and its tensors in a file of their own. */
const FIXTURE = new URL("../../../model-io/fixtures/onnx/dense/", import.meta.url);
const DATA = readdirSync(FIXTURE).find((name) => name.endsWith(".data")) ?? "";
const bytesOf = (name: string): Buffer => readFileSync(new URL(name, FIXTURE));
const ONNX = bytesOf("model.onnx");
const TENSORS = bytesOf(DATA);

const FOLDER = "1/models/m-alice/artifacts";
const target = (name: string): string => `/api/2.0/mlflow-artifacts/artifacts/${FOLDER}/${name}`;

/** Reads real formats, in this process. */
const scanner: Scanner = {
  policy: DEFAULT_POLICY,
  scanFile: async (path, options) => await Promise.resolve(scanPath(path, options)),
  scanModel: async (path, options) => await scanModelFolder(path, options),
};

let gateway: TestGateway;
let alice: string;
beforeAll(async () => {
  gateway = await TestGateway.start({ scanner });
  alice = await gateway.user("alice");
  await gateway.grant("alice", "experiment", "alices", "MANAGE");
  await gateway.grant("alice", "registered-model", "*", "MANAGE");
});
beforeEach(() => {
  gateway.mlflow.artifacts.clear();
});
afterAll(() => gateway.stop());

const put = async (name: string, body: Buffer): Promise<number> =>
  (await gateway.ask("PUT", target(name), { key: alice, body })).status;
const get = async (name: string): Promise<number> =>
  (await gateway.ask("GET", target(name), { key: alice })).status;

describe("an ONNX model and the file of its tensors", () => {
  test.each([[["model.onnx", DATA]], [[DATA, "model.onnx"]]])("pass in the order %j", async (order) => {
    for (const name of order) expect(await put(name, bytesOf(name))).toBe(200);
    for (const name of order) {
      const answer = await gateway.ask("GET", target(name), { key: alice });
      expect([answer.status, answer.body.equals(bytesOf(name))]).toEqual([200, true]);
    }
    // An answer's last byte may arrive before its file is removed.
    while (gateway.quarantined().length > 0) await sleep(5);
  });

  test("are read by nobody while the other is missing", async () => {
    for (const name of ["model.onnx", DATA]) {
      gateway.mlflow.artifacts.clear();
      expect(await put(name, bytesOf(name))).toBe(200);
      expect(await get(name)).toBe(422);
    }
  });

  test.each<[string, Buffer]>([
    ["a byte more", Buffer.concat([TENSORS, Buffer.from([1])])],
    ["a byte less", TENSORS.subarray(1)],
  ])("are read by nobody when the second has %s", async (_, tensors) => {
    expect(await put("model.onnx", ONNX)).toBe(200);
    expect(await put(DATA, tensors)).toBe(200);
    expect(await get("model.onnx")).toBe(422);
    expect(await get(DATA)).toBe(422);
  });

  test("are judged as they lie there now", async () => {
    expect(await put("model.onnx", ONNX)).toBe(200);
    expect(await put(DATA, TENSORS)).toBe(200);
    expect(await get("model.onnx")).toBe(200);
    gateway.mlflow.artifacts.set(`${FOLDER}/${DATA}`, Buffer.concat([TENSORS, Buffer.from([1])]));
    expect(await get("model.onnx")).toBe(422);
  });

  test("make a model that may be registered, and one with something over does not", async () => {
    await gateway.call("POST", "/api/2.0/mlflow/registered-models/create", alice, { name: "dense" });
    for (const name of readdirSync(FIXTURE)) expect(await put(name, bytesOf(name))).toBe(200);
    const version = { name: "dense", source: "models:/m-alice" };
    const create = "/api/2.0/mlflow/model-versions/create";
    expect((await gateway.call("POST", create, alice, version)).status).toBe(200);
    const other = DATA.replace(/^./u, (digit) => (digit === "0" ? "1" : "0"));
    expect(await put(other, Buffer.from([0xff, 1, 2]))).toBe(200);
    expect((await gateway.call("POST", create, alice, version)).status).toBe(422);
    expect(await get(other)).toBe(422);
  });
});

describe("refused as ever", () => {
  test.each<[string, string, Buffer]>([
    ["unknown bytes of another name", "weights.bin", TENSORS],
    ["unknown bytes of nearly the name", `${DATA}.so`, TENSORS],
    ["an ONNX model of another name", "model.bin", ONNX],
    ["a pickle of the name", DATA, Buffer.from("cos\nsystem\n(S'id'\ntR.")],
    ["a broken ONNX model", "model.onnx", ONNX.subarray(0, -1)],
    [
      "a custom operator",
      "model.onnx",
      Buffer.from(ONNX.toString("latin1").replace("Relu", "Rely"), "latin1"),
    ],
  ])("%s", async (_, name, body) => {
    expect(await put(name, body)).toBe(422);
    expect(gateway.mlflow.artifacts.size).toBe(0);
  });

  test("the form of MLflow's pages, which names the file otherwise", async () => {
    const page = `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=runofalice&path=a/${DATA}`;
    expect((await gateway.ask("POST", page, { key: alice, body: TENSORS })).status).toBe(422);
  });
});
