import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "packages/modelkeep/dist/main.js");
const IRIS = join(ROOT, "packages/model-io/fixtures/iris");
const ONNX = join(ROOT, "packages/model-io/fixtures/onnx/dense");
const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROWS = JSON.stringify({
  dataframe_split: {
    columns: COLUMNS,
    data: [
      [5, 3, 1.5, 0.2],
      [6, 3, 5, 2],
    ],
  },
});
let folder: string;

/** A request, and what MLflow answered (tools/onnx/models.py). */
interface Case {
  readonly body: string;
  readonly answer: { readonly predictions: { readonly y: readonly (readonly number[])[] } };
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "predict-"));
  // Every name of Python on PATH, and the managed one: whoever starts it leaves a marker.
  for (const name of ["python", "python3"]) {
    await writeFile(
      join(folder, name),
      `#!/bin/sh\necho started >> ${join(folder, "python-was-started")}\nexit 1\n`,
    );
    await chmod(join(folder, name), 0o755);
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function start(argv: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    TMPDIR: folder,
    HOME: folder,
    PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
    MODELKEEP_PYTHON: join(folder, "python"),
  };
  return spawn(process.execPath, [COMMAND, ...argv], { env, cwd: folder, stdio: "pipe" });
}

async function run(argv: readonly string[], input = ""): Promise<Outcome> {
  const child = start(argv);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("no pipes");
  stdin.on("error", () => undefined); // a command that refuses its options does not read its input
  stdin.end(input);
  const [out, err] = await Promise.all([text(stdout), text(stderr), once(child, "close")]);
  return { code: child.exitCode, stdout: out, stderr: err };
}

async function pythonStarts(): Promise<boolean> {
  return (await readdir(folder)).includes("python-was-started");
}

describe("modelkeep predict", () => {
  test("answers JSON from standard input, natively, without Python", async () => {
    expect(await run(["predict", "-m", IRIS], ROWS)).toEqual({
      code: 0,
      stdout: '{"predictions": [0, 2]}\n',
      stderr: "",
    });
    expect(await pythonStarts()).toBe(false);
  });

  test("reads and writes files, CSV, and calls other methods", async () => {
    const input = join(folder, "rows.csv");
    const output = join(folder, "out.json");
    await writeFile(input, `${COLUMNS.join(",")}\n5,3,1.5,0.2\n`);
    const argv = ["predict", "-m", IRIS, "-i", input, "-o", output, "-t", "csv", "--method", "predict_proba"];
    expect(await run(argv)).toMatchObject({ code: 0, stdout: "" });
    const { predictions } = JSON.parse(await readFile(output, "utf8")) as { predictions: number[][] };
    expect(predictions[0]?.reduce((sum, one) => sum + one)).toBeCloseTo(1, 12);
  });

  test("a model that is not admitted is 1, and its payload did not run", async () => {
    const model = join(folder, "hostile");
    await cp(IRIS, model, { recursive: true });
    await writeFile(join(model, "model.pkl"), `cposix\nsystem\n(S'touch ${join(folder, "payload")}'\ntR.`);
    const outcome = await run(["predict", "-m", model], ROWS);
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^modelkeep: the model is malicious .*\n$/u);
    expect(await readdir(folder)).not.toContain("payload");
  });

  test.each<[string, readonly string[], string, RegExp]>([
    ["no model", [], ROWS, /no model is named: give one with -m/u],
    ["an unknown option", ["-m", IRIS, "--bogus"], ROWS, /--bogus/u],
    ["an unknown engine", ["-m", IRIS, "--engine", "gpu"], ROWS, /there is no engine "gpu"/u],
    ["an unknown type", ["-m", IRIS, "-t", "xml"], ROWS, /xml is no content type/u],
    ["an unknown method", ["-m", IRIS, "--method", "transform"], ROWS, /has no transform/u],
    ["input that does not fit", ["-m", IRIS], '{"inputs": {"a": [1]}}', /Model is missing inputs/u],
    ["input that is no JSON", ["-m", IRIS], "{", /valid JSON/u],
    ["a folder that is not there", ["-m", "/nowhere"], ROWS, /there is no folder/u],
    ["an input file that is not there", ["-m", IRIS, "-i", "/nowhere"], "", /nowhere/u],
    ["a server that is away", ["-m", "models:/a/1"], ROWS, /no tracking server is named/u],
  ])("%s is 2 and one line", async (_name, argv, input, reason) => {
    const outcome = await run(["predict", ...argv], input);
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(reason);
    expect(outcome.stderr).toMatch(/^modelkeep: [^\n]*\n$/u);
  });
});

test("modelkeep predict answers frames and arrays for an ONNX model, without Python", async () => {
  const rows = JSON.stringify({
    dataframe_split: { columns: ["a", "b", "c", "d"], data: [[1.5, -2, 0.5, 3]] },
  });
  const argv = [
    "predict",
    "-m",
    join(ROOT, "packages/model-io/fixtures/onnx/function"),
    "--engine",
    "native",
  ];
  const records = [3, -4, 1, 6].map((y) => ({ y }));
  expect(JSON.parse((await run(argv, rows)).stdout)).toEqual({ predictions: records });
  const arrays = JSON.stringify({ inputs: [[1.5, -2, 0.5, 3]] });
  expect(JSON.parse((await run(argv, arrays)).stdout)).toEqual({ predictions: { y: [[3, -4, 1, 6]] } });
  expect(await pythonStarts()).toBe(false);
});

describe("modelkeep serve", () => {
  test("serves until it is told to stop, without Python", async () => {
    const child = start(["serve", "-m", IRIS, "-p", "0"]);
    const closed = once(child, "close");
    const [line] = (await once(child.stderr ?? child, "data")) as [Buffer];
    const address = /http:\/\/127\.0\.0\.1:\d+/u.exec(line.toString())?.[0] ?? "";
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${address}/invocations`, { method: "POST", headers, body: ROWS });
    expect(await answer.json()).toEqual({ predictions: [0, 2] });
    child.kill("SIGTERM");
    await closed;
    expect(child.exitCode).toBe(0);
    expect(await pythonStarts()).toBe(false);
    expect((await readdir(folder)).filter((name) => name.startsWith("modelkeep-model-"))).toEqual([]);
  });

  test("serves an ONNX model with its tensors in another file, as MLflow answered, without Python", async () => {
    const child = start(["serve", "-m", ONNX, "-p", "0", "--engine", "native"]);
    const closed = once(child, "close");
    const [line] = (await once(child.stderr ?? child, "data")) as [Buffer];
    const address = /http:\/\/127\.0\.0\.1:\d+/u.exec(line.toString())?.[0] ?? "";
    const headers = { "content-type": "application/json" };
    const post = async (path: string, document: unknown): Promise<unknown> =>
      await (
        await fetch(`${address}${path}`, { method: "POST", headers, body: JSON.stringify(document) })
      ).json();
    const cases = JSON.parse(await readFile(`${ONNX}.cases.json`, "utf8")) as Case[];
    const given = cases.find(({ body }) => body.startsWith('{"inputs": [['));
    if (given === undefined) throw new Error("the fixture has no request of arrays");
    const want = given.answer.predictions.y.map((row) => row.map((value) => expect.closeTo(value, 4)));
    expect(want.length).toBeGreaterThan(0);
    expect(await post("/invocations", JSON.parse(given.body))).toEqual({ predictions: { y: want } });
    child.kill("SIGTERM");
    await closed;
    expect(child.exitCode).toBe(0);
    expect(await pythonStarts()).toBe(false);
  });

  test("a wrong port is 2", async () => {
    expect(await run(["serve", "-m", IRIS, "-p", "99999"])).toMatchObject({ code: 2, stdout: "" });
  });
});
