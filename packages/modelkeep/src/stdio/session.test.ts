import { appendFile, chmod, cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecureMLflowLoader } from "@modelkeep/model-io";
import { encodeValue, Payload, type WireValue } from "@modelkeep/sandbox/wire/values";
import { DEFAULT_POLICY } from "@modelkeep/scanner/policy";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Session } from "./session.ts";

const IRIS = join(import.meta.dirname, "../../../model-io/fixtures/iris");
/** Written by hand: `os.system` of a marker, protocol 0. */
const HOSTILE = Buffer.from("cposix\nsystem\n(S'touch marker'\ntR.");

let folder: string;
let loader: SecureMLflowLoader;
let session: Session;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stdio-"));
  loader = await SecureMLflowLoader.open({
    engine: "native",
    quarantineFolder: join(folder, "quarantine"),
    baselines: join(folder, "baselines.jsonl"),
    cache: false,
    // Scans in this process: threads run the built code, which a unit test must not need.
    scanner: { scanModel: async (path, options) => await scanModelFolder(path, options) },
  });
  session = new Session(loader, DEFAULT_POLICY, false);
});
afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await loader[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function ask(message: unknown, payload: Uint8Array = new Uint8Array()) {
  const answer = await session.answer({ message, payload: Buffer.from(payload) });
  return { ...(answer.message as Record<string, unknown>), payload: Buffer.concat(answer.payload) };
}

async function askWith(message: Record<string, unknown>, value: WireValue) {
  const payload = new Payload();
  const encoded = encodeValue(value, payload);
  return await ask({ ...message, value: encoded }, Buffer.concat(payload.parts));
}

const ROWS: WireValue = {
  kind: "tensor",
  tensor: { data: Float64Array.of(5, 3, 1.5, 0.2, 6, 3, 5, 2), shape: [2, 4], dtype: "float64" },
};

describe("stdio", () => {
  test("greets, loads, tells, predicts, reads and releases", async () => {
    expect(await ask({ id: 1, op: "hello" })).toMatchObject({ id: 1, ok: { protocol: 1 } });
    const loaded = await ask({ id: 2, op: "load", uri: IRIS });
    expect(loaded).toMatchObject({
      id: 2,
      ok: {
        model: 1,
        uri: IRIS,
        verdict: "allowlisted",
        admitted: true,
        engine: "native",
        inputs: "columns",
        attributes: { n_features_in_: 4, classes_: { kind: "tensor", shape: [3], dtype: "int64" } },
      },
    });
    const invoked = await askWith({ id: 3, op: "invoke", model: 1, method: "predict_proba" }, ROWS);
    expect(invoked).toMatchObject({ ok: { value: { kind: "tensor", shape: [2, 3], dtype: "float64" } } });
    expect(invoked.payload.byteLength).toBe(48);
    const read = await ask({ id: 4, op: "read", model: 1, path: "MLmodel" });
    expect(read).toMatchObject({ ok: { report: { verdict: "inert", size: read.payload.byteLength } } });
    expect(await ask({ id: 5, op: "release", model: 1 })).toMatchObject({ id: 5, ok: {} });
    expect(await ask({ id: 6, op: "read", model: 1, path: "MLmodel" })).toMatchObject({
      id: 6,
      error: { code: "INVALID_ARGUMENT" },
    });
  });

  test("a model without an engine gives its files, with the globals that its pickle asks for, and evaluates nothing", async () => {
    await ask({ id: 1, op: "load", uri: IRIS, engine: "none" });
    const path = (await readdir(IRIS)).find((name) => name.endsWith(".pkl"));
    expect(await ask({ id: 2, op: "read", model: 1, path })).toMatchObject({
      ok: {
        report: { verdict: "allowlisted" },
        globals: expect.arrayContaining([["sklearn.linear_model._logistic", "LogisticRegression"]]),
      },
    });
    expect(await askWith({ id: 3, op: "invoke", model: 1, method: "predict" }, ROWS)).toMatchObject({
      error: { code: "UNSUPPORTED_METHOD" },
    });
  });

  test("judges bytes, and names what they ask for in both spellings", async () => {
    expect(await ask({ id: 1, op: "judge", name: "x" }, HOSTILE)).toMatchObject({
      ok: { report: { path: "x", verdict: "malicious", admitted: false }, globals: [["posix", "system"]] },
    });
    const two = Buffer.from("\u0002c__builtin__\nxrange\n.", "latin1");
    expect(await ask({ id: 2, op: "judge", name: "x" }, Buffer.concat([Buffer.of(0x80), two]))).toMatchObject(
      {
        ok: {
          globals: [
            ["builtins", "range"],
            ["__builtin__", "xrange"],
          ],
        },
      },
    );
  });

  test("a file that changed after it was judged is refused", async () => {
    const copy = join(folder, "iris");
    await cp(IRIS, copy, { recursive: true });
    await ask({ id: 1, op: "load", uri: copy, engine: "none" });
    const quarantine = join(folder, "quarantine");
    const [home = ""] = await readdir(quarantine);
    const kept = join(quarantine, home, "model", "MLmodel");
    await chmod(kept, 0o600);
    await appendFile(kept, "\n");
    expect(await ask({ id: 2, op: "read", model: 1, path: "MLmodel" })).toMatchObject({
      id: 2,
      error: { code: "INTEGRITY" },
    });
  });

  test("a folder is held to the name that it stands for", async () => {
    const as = (source: string, version = "3") => ({
      uri: `models:/iris/${version}`,
      ...{ name: "iris", version, source, server: "sqlite:///mlflow.db" },
    });
    const copy = join(folder, "iris");
    await cp(IRIS, copy, { recursive: true });
    expect(await ask({ id: 1, op: "load", uri: copy, as: as("file:///a") })).toMatchObject({
      ok: { uri: copy, name: "iris", version: "3" },
    });
    await appendFile(join(copy, "MLmodel"), "\n");
    expect(await ask({ id: 2, op: "load", uri: copy, as: as("file:///a") })).toMatchObject({
      error: { code: "INTEGRITY", message: expect.stringContaining("models:/iris/3") },
    });
    // Another store of this machine has a version 3 of its own.
    expect(await ask({ id: 3, op: "load", uri: copy, as: as("file:///b") })).toMatchObject({
      ok: { model: 2 },
    });
    expect(await ask({ id: 4, op: "load", uri: copy, as: { uri: "models:/iris/3" } })).toMatchObject({
      error: { code: "INVALID_ARGUMENT" },
    });
  });

  test.each<[string, unknown, string]>([
    ["no object", [], "INVALID_ARGUMENT"],
    ["no operation", { id: 1 }, "INVALID_ARGUMENT"],
    ["an unknown operation", { id: 1, op: "__proto__" }, "INVALID_ARGUMENT"],
    ["no address", { id: 1, op: "load" }, "INVALID_ARGUMENT"],
    ["an unknown engine", { id: 1, op: "load", uri: IRIS, engine: "inside" }, "INVALID_ARGUMENT"],
    ["a folder that is not there", { id: 1, op: "load", uri: "/nothing/here" }, "NOT_FOUND"],
    ["a model that is not loaded", { id: 1, op: "predict", model: 7, value: null }, "INVALID_INPUT"],
    ["a model named by a text", { id: 1, op: "release", model: "1" }, "INVALID_ARGUMENT"],
  ])("%s is answered with an error", async (_name, message, code) => {
    expect(await ask(message)).toMatchObject({ error: { code } });
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a text", "1"],
    ["bytes outside", { kind: "tensor", shape: [1], dtype: "float64", at: 0, size: 8 }],
    ["a shape that does not fit", { kind: "tensor", shape: [2], dtype: "object", items: [1] }],
    ["an unknown dtype", { kind: "tensor", shape: [1], dtype: "complex128", items: [1] }],
    ["several arrays", { kind: "tensors", tensors: [] }],
  ])("%s as input is refused", async (_name, value) => {
    await ask({ id: 1, op: "load", uri: IRIS });
    expect(await ask({ id: 2, op: "invoke", model: 1, method: "predict", value })).toMatchObject({
      error: { code: "INVALID_INPUT" },
    });
  });
});
