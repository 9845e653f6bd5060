import { readdirSync, readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Input, OutputTensor } from "../data.ts";
import { EstimatorError } from "../error.ts";
import { loadBoosterFile, type NativeModel } from "../load.ts";

const folder = new URL("./fixtures/", import.meta.url);
const files = readdirSync(folder).filter((name) => !name.endsWith(".expected"));

interface Record_ {
  readonly class: string;
  readonly X: readonly (readonly (number | string | null)[])[];
  readonly columns: readonly string[] | null;
  readonly expected: Readonly<Record<string, OutputTensor>>;
}

const recordOf = (file: string): Record_ =>
  JSON.parse(readFileSync(new URL(file.replace(/\.\w+$/u, ".expected"), folder), "utf8")) as Record_;
const number = (value: unknown): number => (value === null ? Number.NaN : Number(value));

function inputOf({ X, columns }: Record_): Input {
  if (columns === null)
    return { data: Float64Array.from(X.flat(), number), shape: [X.length, X[0]?.length ?? 0] };
  return {
    columns: new Map(columns.map((name, at) => [name, Float64Array.from(X, (row) => number(row[at]))])),
  };
}

const load = (bytes: Uint8Array, className: string): NativeModel =>
  loadBoosterFile(bufferSource(bytes, "model"), `catboost.core.${className}`);

describe.each(files)("%s", (file) => {
  const record = recordOf(file);
  const bytes = readFileSync(new URL(file, folder));

  test.each(Object.entries(record.expected))("%s is CatBoost's own", (method, want) => {
    const got = load(bytes, record.class).invoke(method as "predict", inputOf(record)) as OutputTensor;
    expect(got.shape).toEqual(want.shape);
    expect(got.dtype).toBe(want.dtype);
    for (const [at, value] of Array.from(want.data).entries()) {
      const ours = got.data[at];
      if (typeof value === "number")
        expect(Math.abs(Number(ours) - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value) + 1e-15);
      else expect(typeof value === "boolean" ? Boolean(ours) : ours).toBe(value);
    }
  });

  test("cut off or with changed bytes it is refused or answers, within its bounds", () => {
    const input = inputOf(record);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const changed = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) changed[at] = byte;
        try {
          load(changed, record.class).invoke("predict", input);
        } catch (error) {
          expect(error).toBeInstanceOf(EstimatorError);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("a CatBoost model that is refused", () => {
  const json = (change: (document: Record<string, unknown>) => void): Buffer => {
    const file = files.find((name) => name.startsWith("000")) ?? "";
    const document = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Record<string, unknown>;
    change(document);
    return Buffer.from(JSON.stringify(document));
  };
  const nested = (depth: number): unknown =>
    depth === 0
      ? { value: 1, weight: 1 }
      : {
          split: { border: 0, float_feature_index: 0, split_type: "FloatFeature" },
          left: nested(depth - 1),
          right: { value: 1 },
        };

  test.each<[string, (document: Record<string, unknown>) => void, string, RegExp]>([
    [
      "has categories",
      (d) => ((d["features_info"] as Record<string, unknown>)["categorical_features"] = [{}]),
      "unsupported",
      /categorical_features/u,
    ],
    ["has no features", (d) => (d["features_info"] = {}), "malformed", /lists no features/u],
    [
      "says no loss",
      (d) => ((d["model_info"] as Record<string, unknown>)["params"] = {}),
      "unsupported",
      /loss function/u,
    ],
    ["has no trees", (d) => void (delete d["oblivious_trees"], delete d["trees"]), "malformed", /no trees/u],
    [
      "has two kinds of trees",
      (d) => Object.assign(d, { oblivious_trees: [], trees: [] }),
      "malformed",
      /two kinds/u,
    ],
    [
      "nests without end",
      (d) => Object.assign(d, { oblivious_trees: undefined, trees: [nested(200)] }),
      "malformed",
      /deeper than 64/u,
    ],
    ["has a bias of text", (d) => (d["scale_and_bias"] = [1, ["0"]]), "malformed", /no number/u],
    [
      "has a tree without values",
      (d) => Object.assign(d, { trees: undefined, oblivious_trees: [{ splits: [], leaf_values: [] }] }),
      "malformed",
      /0 values/u,
    ],
  ])("%s", (_what, change, code, reason) => {
    const bytes = json(change);
    expect(() => load(bytes, "CatBoostRegressor")).toThrow(expect.objectContaining({ code }));
    expect(() => load(bytes, "CatBoostRegressor")).toThrow(reason);
  });

  test.each(["CatBoostRanker", "CatBoostElse"])("%s is not evaluated", (className) => {
    expect(() =>
      load(
        json(() => undefined),
        className,
      ),
    ).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});
