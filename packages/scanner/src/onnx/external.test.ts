import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelReport } from "@modelkeep/findings";
import type { OnnxFacts } from "@modelkeep/formats/onnx/facts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scanModelFolder } from "../model/model-folder.ts";
import { scanPath } from "../scan/scan-file.ts";
import { explainExternal } from "./external.ts";

type Tensor = OnnxFacts["external"][number];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onnx-external-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const tensor = (start: number, size: number, location = "w.bin", hasLength = true): Tensor => ({
  location,
  offset: 1,
  start,
  size,
  hasLength,
});

function faultOf(tensors: readonly Tensor[]): string | undefined {
  const model: OnnxFacts = { irVersion: 9, opsets: [], operators: [], functions: [], external: tensors };
  const { files, faults } = explainExternal(model, folder);
  expect(files.length + faults.size).toBe(1);
  return [...faults.values()][0];
}

describe("tensors that tile a file", () => {
  const numbers = Buffer.alloc(16, 7);

  test.each<[string, readonly Tensor[], Buffer]>([
    ["one", [tensor(0, 16)], numbers],
    ["two, in any order", [tensor(8, 8), tensor(0, 8)], numbers],
    ["with an empty one between", [tensor(0, 8), tensor(8, 0), tensor(8, 8)], numbers],
    ["one that ends with the file", [tensor(0, 16, "w.bin", false)], numbers],
    [
      "with zeros that align them",
      [tensor(0, 16), tensor(64, 16)],
      Buffer.concat([numbers, Buffer.alloc(48), numbers]),
    ],
  ])("explain it: %s", (_, tensors, bytes) => {
    writeFileSync(join(folder, "w.bin"), bytes);
    expect(faultOf(tensors)).toBeUndefined();
  });

  test.each<[string, readonly Tensor[], RegExp]>([
    ["bytes left over", [tensor(0, 12)], /4 bytes at its end that belong to no tensor/u],
    ["bytes before the first", [tensor(8, 8)], /bytes at 0 that belong to no tensor/u],
    ["bytes between", [tensor(0, 4), tensor(8, 8)], /bytes at 4 that belong to no tensor/u],
    ["an overlap", [tensor(0, 12), tensor(8, 8)], /two tensors in the same bytes/u],
    ["the same bytes twice", [tensor(0, 16), tensor(0, 16)], /two tensors in the same bytes/u],
    ["more than the file", [tensor(0, 20)], /ends at 16, before/u],
    ["beyond the file", [tensor(2 ** 40, 8)], /ends at 16, before/u],
    ["no end that is said", [tensor(0, 8, "w.bin", false), tensor(8, 8)], /not said where it ends/u],
  ])("do not explain it: %s", (_, tensors, fault) => {
    writeFileSync(join(folder, "w.bin"), numbers);
    expect(faultOf(tensors)).toMatch(fault);
  });

  test("do not explain zeros without end", () => {
    writeFileSync(join(folder, "w.bin"), Buffer.alloc(70_008));
    expect(faultOf([tensor(70_000, 8)])).toMatch(/belong to no tensor/u);
  });
});

describe("a location", () => {
  test.each(["./w.bin", "a//w.bin", "a\\w.bin", "w.bin/", "w%2ebin", "a/w:stream"])(
    "that has another spelling is refused: %s",
    (location) => {
      writeFileSync(join(folder, "w.bin"), Buffer.alloc(8));
      expect(faultOf([tensor(0, 8, location)])).toBe("is not spelt as a plain relative path");
    },
  );

  test("that is a link, or behind one, or a folder, or missing is refused", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "onnx-elsewhere-"));
    writeFileSync(join(elsewhere, "w.bin"), Buffer.alloc(8));
    symlinkSync(join(elsewhere, "w.bin"), join(folder, "link.bin"));
    symlinkSync(elsewhere, join(folder, "linked"));
    mkdirSync(join(folder, "sub"));
    for (const location of ["link.bin", "linked/w.bin", "sub", "none.bin", "none/w.bin"])
      expect(faultOf([tensor(0, 8, location)])).toMatch(/not there/u);
    rmSync(elsewhere, { recursive: true });
  });
});

describe("a model's folder", () => {
  const onnx = readFileSync(new URL("../../../formats/fixtures/onnx/external-inside.onnx", import.meta.url));
  const MLMODEL = `flavors:
  onnx:
    data: model.onnx
    onnx_version: 1.23.2
  python_function:
    data: model.onnx
    loader_module: mlflow.onnx
`;
  const write = (name: string, content: string | Uint8Array): void => {
    writeFileSync(join(folder, name), content);
  };
  const facts = ({ verdict, findings, files }: ModelReport) => ({
    verdict,
    rules: [...findings, ...files.flatMap((file) => file.findings)].map(({ ruleId }) => ruleId),
    formats: files.map(({ format }) => format),
  });

  beforeEach(() => {
    write("MLmodel", MLMODEL);
    write("model.onnx", onnx);
  });

  test("whose tensors lie in a file of their own is explained with it", async () => {
    write("weights.bin", Buffer.from(new Float32Array([1.5, -2]).buffer));
    const report = await scanModelFolder(folder);
    expect(facts(report)).toEqual({
      verdict: "inert",
      rules: [],
      formats: ["mlmodel", "onnx", "onnx-external-data"],
    });
    expect(report.files[2]?.coverage).toEqual({ bytes: 8, explained: 8 });
    expect(report.files[1]).not.toHaveProperty("tiles");
  });

  test("is refused when the file says more than the tensors", async () => {
    write("weights.bin", Buffer.concat([Buffer.from(new Float32Array([1.5, -2]).buffer), Buffer.from([1])]));
    expect(facts(await scanModelFolder(folder))).toMatchObject({
      verdict: "unanalyzable",
      rules: ["MK1105", "MK1308"],
    });
  });

  test("is refused when the file is missing, or another one lies there as well", async () => {
    expect(facts(await scanModelFolder(folder))).toMatchObject({
      verdict: "unanalyzable",
      rules: ["MK1105"],
    });
    write("weights.bin", Buffer.from(new Float32Array([1.5, -2]).buffer));
    write("more.bin", Buffer.from([0xff, 1, 2]));
    expect(facts(await scanModelFolder(folder))).toMatchObject({
      verdict: "unanalyzable",
      rules: ["MK1308"],
    });
  });

  test("cannot call a pickle a tensor", async () => {
    // Eight bytes that a tensor of two floats tiles, and that Python would run.
    write("weights.bin", Buffer.from("cos\nab\n.", "latin1"));
    const { verdict, formats } = facts(await scanModelFolder(folder));
    expect(formats[2]).not.toBe("onnx-external-data");
    expect(verdict).not.toBe("inert");
  });

  test.each([
    ["an entry of the extension registry, 0x83", "83fc663e00c7923e"],
    ["an entry of the extension registry, 0x82", "8291cb3d00b9bc3d"],
    ["a text of a length beyond all", "8d969f4000c7923e"],
  ])("may have numbers that begin as a pickle that fails at once: %s", async (_, hex) => {
    write("weights.bin", Buffer.from(hex, "hex"));
    const { verdict, formats } = facts(await scanModelFolder(folder));
    expect([verdict, formats[2]]).toEqual(["inert", "onnx-external-data"]);
  });

  test("cannot call a pickle of unknown callables a tensor", async () => {
    // GLOBAL of a module that is on no list, called: three bytes more make it as long as the tensor.
    write("weights.bin", Buffer.from("cq\nw\n)R", "latin1"));
    const report = await scanModelFolder(folder);
    expect(facts(report).verdict).toBe("unanalyzable");
    expect(report.files[2]?.format).not.toBe("onnx-external-data");
  });

  test("cannot have a flavor load the tensors' file as something else", async () => {
    write("MLmodel", `${MLMODEL}  sklearn:\n    pickled_model: weights.bin\n`);
    write("weights.bin", Buffer.from(new Float32Array([1.5, -2]).buffer));
    expect(facts(await scanModelFolder(folder))).toMatchObject({ verdict: "unanalyzable" });
  });

  test("has the bytes that were judged: others of the same length are not explained", async () => {
    write("weights.bin", Buffer.from(new Float32Array([1.5, -2]).buffer));
    const report = await scanModelFolder(folder, {
      scanMember: (path, options) => {
        const scanned = scanPath(path, options);
        // Somebody changes the file after the model's tensors were held against it.
        if (path.endsWith("model.onnx")) write("weights.bin", Buffer.from(new Float32Array([9, 9]).buffer));
        return scanned;
      },
    });
    expect(facts(report)).toMatchObject({ verdict: "unanalyzable", rules: ["MK1308"] });
  });

  test("is needed: a file alone says nothing of what lies beside it", () => {
    write("weights.bin", Buffer.from(new Float32Array([1.5, -2]).buffer));
    expect(scanPath(join(folder, "model.onnx")).findings.map(({ ruleId }) => ruleId)).toEqual(["MK1105"]);
  });

  test("whose pyfunc would read another file than the ONNX one is refused", async () => {
    write(
      "MLmodel",
      MLMODEL.replaceAll("    data: model.onnx\n    loader", "    data: weights.bin\n    loader"),
    );
    write("weights.bin", Buffer.from(new Float32Array([1.5, -2]).buffer));
    expect(facts(await scanModelFolder(folder))).toMatchObject({
      verdict: "unanalyzable",
      rules: ["MK1406", "MK1406"],
    });
  });
});
