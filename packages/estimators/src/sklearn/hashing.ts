import { type Entry, type Evaluator } from "../core/evaluator.ts";
import { type Cell, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { readDTypeParameter } from "../read/categories.ts";
import type { State } from "../read/state.ts";
import { readAnalyzer } from "../text/analyzer.ts";
import { type Feature, type Hashing, hashFeatures } from "../text/feature-hash.ts";
import { normalizeSparse } from "./normalizer.ts";
import { textsOf } from "./text-vectorizers.ts";

/** Names hashed into a fixed number of columns (sklearn.feature_extraction). */
export const entry: Entry = {
  classes: [
    "sklearn.feature_extraction.text.HashingVectorizer",
    "sklearn.feature_extraction._hash.FeatureHasher",
  ],
  build(state: State): Evaluator {
    const features = { className: state.shortName };
    const hashing: Hashing = {
      columns: state.int("n_features", 1, 2 ** 31 - 1),
      alternateSign: state.bool("alternate_sign"),
      dtype: floating(state),
    };
    if (state.shortName === "FeatureHasher") {
      const rowsOf = readRows(state);
      return transformer(state, features, (x): Matrix => hashFeatures(rowsOf(x), hashing));
    }
    const analyze = readAnalyzer(state);
    const binary = state.bool("binary");
    const norm = state.given("norm") ? state.oneOf("norm", ["l1", "l2", "max"]) : undefined;
    return transformer(state, features, (x): Matrix => {
      const rows = textsOf(x).map((text) => analyze(text).map((term): Feature => [term, 1]));
      const hashed = hashFeatures(rows, hashing);
      const counts: Sparse = binary ? { ...hashed, data: hashed.data.map(() => 1) } : hashed;
      return norm === undefined ? counts : normalizeSparse(counts, norm);
    });
  },
};

function floating(state: State): "float64" | "float32" {
  const dtype = readDTypeParameter(state, "dtype");
  if (dtype !== "float64" && dtype !== "float32") throw state.unsupported("dtype", `is ${dtype}`);
  return dtype;
}

/** What `input_type` makes of the input: records, or lists of names. */
function readRows(state: State): (x: Matrix) => Iterable<Feature>[] {
  const type = state.oneOf("input_type", ["dict", "string"]);
  if (type === "dict") return recordRows;
  const charactersToo = state.version < 102;
  return (x) => {
    if (x.kind === "table" && x.names === undefined) {
      return Array.from({ length: x.rows }, (_, row) =>
        x.columns.map((column): Feature => [nameOf(column.data[row]), 1]),
      );
    }
    if (x.kind !== "series" || !charactersToo) throw badInput("Samples must be iterables over strings");
    return textsOf(x).map((text) => Array.from(text, (character): Feature => [character, 1]));
  };
}

function nameOf(cell: Cell | undefined): string {
  if (typeof cell !== "string") throw badInput("feature names must be strings");
  return cell;
}

function recordRows(x: Matrix): Feature[][] {
  if (x.kind !== "table" || x.records === undefined) throw badInput("FeatureHasher takes records here");
  return x.records.map((record) =>
    Object.entries(record).map(([name, value]): Feature => {
      if (typeof value === "string") return [`${name}=${value}`, 1];
      if (typeof value === "number") return [name, value];
      if (typeof value === "boolean") return [name, Number(value)];
      throw badInput(`FeatureHasher: ${JSON.stringify(name.slice(0, 80))} is neither a number nor a text`);
    }),
  );
}
