import { expect, test } from "vitest";
import { type ImportRuntime, loadRuntime, type RuntimeName } from "./runtime.ts";

const missing = (name: string): Error =>
  Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
    code: "ERR_MODULE_NOT_FOUND",
  });
const fake = () => ({
  InferenceSession: {},
  Tensor: Object,
  env: { logLevel: "warning", wasm: { numThreads: 0 } },
});
const only =
  (installed: readonly RuntimeName[], what: () => unknown = fake): ImportRuntime =>
  async (name) => {
    if (installed.includes(name)) return await Promise.resolve(what());
    throw missing(name);
  };

test("the one in WebAssembly comes first, and starts no threads", async () => {
  const { name, ort } = await loadRuntime(only(["onnxruntime-node", "onnxruntime-web"]));
  expect(name).toBe("onnxruntime-web");
  expect(ort.env).toEqual({ logLevel: "fatal", wasm: { numThreads: 1 } });
});

test("the native one is taken where it alone is installed", async () => {
  expect((await loadRuntime(only(["onnxruntime-node"]))).name).toBe("onnxruntime-node");
});

test("without either, it is said what to install", async () => {
  await expect(loadRuntime(only([]))).rejects.toMatchObject({
    code: "UNSUPPORTED_MODEL",
    message: expect.stringContaining("npm install --ignore-scripts onnxruntime-web"),
  });
});

test("one that is installed and broken is no reason to take the other", async () => {
  const broken: ImportRuntime = async (name) => {
    if (name === "onnxruntime-web") throw new Error("dlopen failed");
    return await Promise.resolve(fake());
  };
  await expect(loadRuntime(broken)).rejects.toMatchObject({
    message: expect.stringContaining("dlopen failed"),
  });
  // A package that lacks one of its own is broken as well.
  const incomplete: ImportRuntime = async () => await Promise.reject(missing("flatbuffers"));
  await expect(loadRuntime(incomplete)).rejects.toMatchObject({
    message: expect.stringContaining("flatbuffers"),
  });
});

test("something else of that name is refused", async () => {
  await expect(loadRuntime(only(["onnxruntime-web"], () => ({ env: {} })))).rejects.toMatchObject({
    message: expect.stringContaining("no onnxruntime"),
  });
});
