import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SecureMLflowLoader } from "../../loader.ts";
import type { SecureModel } from "../../model.ts";

// Saved by `python tools/onnx/models.py FOLDER --small`, with what MLflow's scoring server answered.
const FIXTURES = join(import.meta.dirname, "../../../fixtures/onnx");
const CASES = ".cases.json";
const NAMES = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(CASES))
  .map((name) => name.slice(0, -CASES.length));

interface Case {
  readonly type: string;
  readonly body: string;
  readonly answer: { readonly predictions: unknown } | null;
}

let loader: SecureMLflowLoader;
beforeAll(async () => {
  loader = await SecureMLflowLoader.open({
    engine: "native",
    // Scans in this process: threads run the built code, which a unit test must not need.
    scanner: { scanModel: async (path, options) => await scanModelFolder(path, options) },
  });
});
afterAll(async () => {
  await loader[Symbol.asyncDispose]();
});

async function open(name: string): Promise<SecureModel> {
  return await loader.safeLoadModel(join(FIXTURES, name));
}

async function answer(model: SecureModel, { type, body }: Case): Promise<unknown> {
  return type === "text/csv" ? await model.predictCsv(body) : await model.predict(JSON.parse(body));
}

/** Every number is taken out, so that the forms are compared exactly. */
function takeNumbers(value: unknown, numbers: number[]): unknown {
  if (typeof value === "number") {
    numbers.push(value);
    return "number";
  }
  if (Array.isArray(value)) return value.map((one) => takeNumbers(one, numbers));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, takeNumbers(one, numbers)]));
}

function expectAlike(got: unknown, want: unknown): void {
  const [numbers, wanted]: [number[], number[]] = [[], []];
  expect(takeNumbers(got, numbers)).toEqual(takeNumbers(want, wanted));
  const largest = Math.max(...wanted.map(Math.abs), 0);
  for (const [at, number] of wanted.entries())
    expect(Math.abs((numbers[at] ?? Number.NaN) - number)).toBeLessThanOrEqual(1e-6 * largest);
}

describe.each(NAMES)("%s", (name) => {
  const cases = JSON.parse(readFileSync(join(FIXTURES, name + CASES), "utf8")) as Case[];

  test("answers what MLflow answers, and refuses what it refuses", async () => {
    await using model = await open(name);
    expect(model).toMatchObject({ engine: "native", verdict: "inert", methods: ["predict"] });
    expect(cases.some((one) => one.answer !== null)).toBe(true);
    for (const one of cases) {
      // MLflow does not cast CSV to a signature of tensors.
      if (one.type === "text/csv" && name === "dense-tensor") continue;
      if (one.answer === null)
        await expect(answer(model, one)).rejects.toMatchObject({ code: "INVALID_INPUT" });
      else expectAlike(await answer(model, one), one.answer);
    }
  });
});

describe("typed input", () => {
  test("answers typed data: a tensor for the only output", async () => {
    await using model = await open("dense-tensor");
    const output = await model.predictTyped({ data: new Float32Array([1, 2, 3, 4]), shape: [1, 4] });
    expect(output).toMatchObject({ shape: [1, 2], dtype: "float32" });
  });

  test("answers a frame for a frame, and the matrix that a map is made of for an array", async () => {
    await using model = await open("logistic");
    const columns = { a: [1.5], b: [2.5], c: [3.5], d: [4.5] };
    const frame = await model.predictTyped({ columns });
    expect(frame).toMatchObject({ dtypes: { output_label: "object", output_probability: "object" } });
    const invoked = await model.invoke("predict", { data: new Float32Array(8), shape: [2, 4] });
    expect(invoked).toMatchObject([
      { shape: [2], dtype: "object" },
      { shape: [2, 3], dtype: "float32" },
    ]);
  });

  test.each([
    ["of another type than the model's", { data: new BigInt64Array(4), shape: [1, 4] }, /tensor\(int64\)/u],
    ["of another shape", { data: new Float32Array(3), shape: [1, 3] }, /Got invalid dimensions|invalid/u],
    ["whose shape is not its length", { data: new Float32Array(3), shape: [1, 4] }, /do not make the shape/u],
    ["of texts", ["a", "b"], /tensor\(str\)/u],
    ["that is sparse", { indptr: [0, 1], indices: [0], data: [1], shape: [1, 4] as const }, /dense/u],
  ])("is refused %s", async (_, input, message) => {
    await using model = await open("dense");
    await expect(model.invoke("predict", input)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(message),
    });
  });

  test("has no other method than predict", async () => {
    await using model = await open("dense");
    const input = { data: new Float32Array(4), shape: [1, 4] };
    for (const method of ["predict_proba", "run", "constructor"])
      await expect(model.invoke(method, input)).rejects.toMatchObject({ code: "UNSUPPORTED_METHOD" });
  });
});

test("requests that come together are answered each with its own", async () => {
  await using model = await open("function");
  const answers = await Promise.all(
    [1.5, 2.5, 3.5].map(async (value) => await model.predict({ inputs: [[value, value, value, value]] })),
  );
  expect(answers.map(({ predictions }) => predictions)).toEqual(
    [3, 5, 7].map((value) => ({ y: [[value, value, value, value]] })),
  );
});

describe("a model that was changed", () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "onnx-engine-"));
    cpSync(join(FIXTURES, "dense"), copy, { recursive: true });
  });
  afterEach(() => {
    rmSync(copy, { recursive: true });
  });
  const dataFile = (): string => join(copy, readdirSync(copy).find((name) => name.endsWith(".data")) ?? "");
  const refusal = async (): Promise<unknown> =>
    await loader.safeLoadModel(copy).then(
      () => "loaded",
      (error: unknown) => error,
    );

  test("in its tensors' file answers from those tensors: onnxruntime gets the file's bytes", async () => {
    writeFileSync(dataFile(), Buffer.alloc(readFileSync(dataFile()).length));
    await using model = await loader.safeLoadModel(copy);
    expect(await model.predict({ inputs: [[1, 2, 3, 4]] })).toEqual({ predictions: { y: [[0, 0]] } });
  });

  test("so that its tensors' file has a byte more is refused", async () => {
    writeFileSync(dataFile(), Buffer.concat([readFileSync(dataFile()), Buffer.from([0])]));
    expect(await refusal()).toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringContaining("MK1105"),
    });
  });

  test("so that the flavors name two files is refused", async () => {
    const mlmodel = readFileSync(join(copy, "MLmodel"), "utf8");
    cpSync(join(copy, "model.onnx"), join(copy, "other.onnx"));
    writeFileSync(join(copy, "MLmodel"), mlmodel.replace("data: model.onnx", "data: other.onnx"));
    expect(await refusal()).toMatchObject({
      code: "UNSUPPORTED_MODEL",
      message: expect.stringContaining("one way"),
    });
  });

  test("to what onnxruntime does not take is refused by its own words", async () => {
    // Well-formed, of known operators: but `Relu` of a matrix that is not there.
    const bytes = readFileSync(join(copy, "model.onnx"));
    const at = bytes.indexOf("Relu");
    writeFileSync(
      join(copy, "model.onnx"),
      Buffer.concat([bytes.subarray(0, at), Buffer.from("GELU"), bytes.subarray(at + 4)]),
    );
    expect(await refusal()).toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringContaining("MK1104"),
    });
    writeFileSync(
      join(copy, "model.onnx"),
      Buffer.concat([bytes.subarray(0, at), Buffer.from("Atan"), bytes.subarray(at + 4)]),
    );
    await using model = await loader.safeLoadModel(copy);
    expect(model.engine).toBe("native");
    writeFileSync(
      join(copy, "model.onnx"),
      Buffer.concat([bytes.subarray(0, at), Buffer.from("Conv"), bytes.subarray(at + 4)]),
    );
    expect(await refusal()).toMatchObject({
      code: "UNSUPPORTED_MODEL",
      message: expect.stringContaining("onnxruntime-web does not take the model"),
    });
  });
});
