import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NOBODY } from "@modelkeep/signing/trust/policy";
import { type Baseline, Baselines, changesText } from "./baseline.ts";
import { baselineKey, TrustStep } from "./step.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baselines-"));
  file = join(folder, "state", "baselines.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const AT = "2026-01-02T03:04:05.000Z";
const first: Baseline = { key: "k", digest: "a", files: { x: "1", y: "2" }, at: AT };
const other: Baseline = { ...first, digest: "b", files: { x: "3", z: "4" } };

describe("the store", () => {
  test("the first use stays until somebody accepts another or forgets it", () => {
    const baselines = new Baselines(file);
    expect(baselines.list()).toEqual([]);
    expect(baselines.record(first)).toEqual(first);
    expect(baselines.record(other)).toEqual(first);
    baselines.accept(other);
    expect(new Baselines(file).find("k")).toEqual(other);
    expect(baselines.forget("k", AT)).toBe(true);
    expect(baselines.forget("k", AT)).toBe(false);
    expect(baselines.record(first)).toEqual(first);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(6);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o700);
  });

  test.each<[string, () => void]>([
    ["a damaged line", () => appendFileSync(file, "{\n")],
    ["a line of another kind", () => appendFileSync(file, '{"v":2,"event":"recorded","key":"k","at":""}\n')],
    [
      "a record without a digest",
      () => appendFileSync(file, '{"v":1,"event":"accepted","key":"k","at":""}\n'),
    ],
    ["rights for others", () => chmodSync(file, 0o666)],
  ])("is not believed with %s", (_name, spoil) => {
    const baselines = new Baselines(file);
    baselines.record(first);
    spoil();
    const before = readFileSync(file, "utf8");
    expect(() => baselines.find("k")).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
    expect(() => baselines.accept(other)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("a place that cannot be written is told", () => {
    writeFileSync(join(folder, "state"), "");
    expect(() => new Baselines(file).record(first)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION" }),
    );
  });

  test("says which files changed", () => {
    expect(changesText(first, other)).toBe("x has changed, z is new, y is missing");
  });
});

describe("the step", () => {
  const model = (sha256: string, more: object = {}) => ({
    folder,
    files: [{ path: "model.pkl", sha256, size: 1 }],
    digest: sha256,
    source: "mlflow-artifacts:/1",
    name: "football",
    version: "1",
    ...more,
  });
  const asked = (sha256: string, uri = "models:/football/1", more: object = {}) => ({
    uri,
    model: model(sha256, more),
    server: "http://a/",
  });
  const step = (baseline: "registered" | "all" | "off" = "registered") =>
    new TrustStep({ policy: NOBODY, baseline }, file);

  test("a changed version is an alarm, whatever address it is asked by", async () => {
    const verified = await step().verify(asked("a"));
    step().requireBaseline(verified, "u");
    step().remember(verified, "u");
    for (const uri of ["models:/football/1", "models:/football@champion"]) {
      const changed = await step().verify(asked("b", uri));
      expect(() => step().requireBaseline(changed, uri)).toThrow(/model\.pkl has changed.*baseline accept/u);
      expect(() => step().remember(changed, uri)).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
    }
  });

  test("another version, server or name is another model: an alias may move", async () => {
    step().remember(await step().verify(asked("a")), "u");
    for (const more of [{ version: "2" }, { name: "tennis" }]) {
      const verified = await step().verify(asked("b", "models:/football@champion", more));
      expect(() => step().requireBaseline(verified, "u")).not.toThrow();
    }
    const elsewhere = await step().verify({ ...asked("b"), server: "http://b/" });
    expect(() => step().requireBaseline(elsewhere, "u")).not.toThrow();
  });

  test("folders change, unless the policy says otherwise", async () => {
    const local = { name: undefined, version: undefined, source: folder };
    expect((await step().verify(asked("a", folder, local))).baseline).toBeUndefined();
    expect((await step("all").verify(asked("a", folder, local))).baseline?.key).toBe(`file ${folder}`);
    expect((await step("off").verify(asked("a"))).baseline).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  test("an accepted change is the new baseline", async () => {
    step().remember(await step().verify(asked("a")), "u");
    const changed = await step().verify(asked("b"));
    expect(step().accept(changed, "u")).toBe("http://a/ models:/football/1");
    step().requireBaseline(changed, "u");
  });

  test.each(["http://127.0.0.1:5000/", "http://localhost:5000/", "http://[::1]:5000/"])(
    "on this machine (%s) a new server's version 1 is another model, and a changed one is none",
    (server) => {
      const key = (from: string, source: string): string =>
        baselineKey({
          uri: "models:/football/1",
          server: from,
          model: { name: "football", version: "1", source },
        });
      expect(key(server, "mlflow-artifacts:/0/models/m-1")).not.toBe(
        key(server, "mlflow-artifacts:/0/models/m-2"),
      );
      expect(key(server, "mlflow-artifacts:/0/models/m-1")).toBe(
        key(server, "mlflow-artifacts:/0/models/m-1"),
      );
      expect(key("http://mlflow.test/", "a")).toBe(key("http://mlflow.test/", "b"));
    },
  );

  test("a run is known by where its bytes are", () => {
    const uri = "runs:/abc/model";
    expect(baselineKey({ uri, server: "http://a/", model: { source: "mlflow-artifacts:/1/abc" } })).toBe(
      "http://a/ mlflow-artifacts:/1/abc",
    );
  });
});
