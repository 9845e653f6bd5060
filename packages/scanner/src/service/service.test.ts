import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as pickles from "../../testing/pickles.ts";
import { scanModelFolder } from "../model/model-folder.ts";
import { scanPath } from "../scan/scan-file.ts";
import { ScanService } from "../service.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-service-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

// These run the compiled worker: threads load the packages as they are published.
describe("the service with its own worker", () => {
  test("answers what scanning here answers", async () => {
    await using service = new ScanService({ workers: 2 });
    const paths = [
      file("a.pkl", pickles.byStackGlobal("os", "system")),
      file("b.json", "{}\n"),
      file("c.bin", Uint8Array.from([1, 2, 255])),
    ];
    const reports = await Promise.all(paths.map((path) => service.scanFile(path)));
    expect(reports).toEqual(paths.map((path) => scanPath(path)));
    expect(reports.map((report) => report.verdict)).toEqual(["malicious", "inert", "unanalyzable"]);
  });

  test("refuses links and missing files with a typed error, and goes on", async () => {
    await using service = new ScanService({ workers: 1 });
    const target = file("a.json", "{}\n");
    symlinkSync(target, join(folder, "link"));
    await expect(service.scanFile(join(folder, "link"))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(service.scanFile(join(folder, "none"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(service.scanFile(folder)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(service.scanFile(join(folder, "link"), { followSymlinks: true })).resolves.toMatchObject({
      verdict: "inert",
    });
  });

  test("judges a model folder as scanning here does", async () => {
    await using service = new ScanService({ workers: 2 });
    file(
      "m/MLmodel",
      "flavors:\n  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n    code: code\n",
    );
    file("m/model.pkl", pickles.byStackGlobal("helper", "Scaler"));
    file("m/code/helper.py", "class Scaler: pass\n");
    const model = await service.scanModel(join(folder, "m"));
    expect(model).toEqual(await scanModelFolder(join(folder, "m")));
    // The class lies in the model's own code folder: executable by design, not unexplained.
    expect(model).toMatchObject({ kind: "mlflow-model", verdict: "executable", admitted: false });
  });
});
