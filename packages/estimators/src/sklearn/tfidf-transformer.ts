import type { Value } from "@modelkeep/formats/value";
import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { mapEntries } from "../core/columns.ts";
import { resultType } from "../core/dtype.ts";
import type { NumericDType } from "../data.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Matrix, type Sparse, sparsify } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { type Numbers, readNumbers } from "../read/array.ts";
import { asInstance, type State } from "../read/state.ts";
import { normalizeSparse } from "./normalizer.ts";

/** Counts weighted by inverse document frequency (sklearn.feature_extraction.text.TfidfTransformer). */
export const entry: Entry = {
  classes: ["sklearn.feature_extraction.text.TfidfTransformer"],
  build(state: State): Evaluator {
    const features = featuresOf(state);
    const weigh = readTfidf(state, features.count);
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className, { sparse: true }));
      return weigh(numeric.kind === "sparse" ? numeric : sparsify(numeric));
    });
  },
};

/** The weighting of a fitted transformer over `cols` terms. */
export function readTfidf(state: State, cols: number | undefined): (x: Sparse) => Sparse {
  const sublinear = state.bool("sublinear_tf");
  const idf = state.bool("use_idf") ? readIdf(state, cols) : undefined;
  const norm = state.given("norm") ? state.oneOf("norm", ["l1", "l2"]) : undefined;
  return (x) => {
    const damped = sublinear ? mapEntries(x, (v) => Math.log(v) + 1) : x;
    // The diagonal matrix of older releases had a type of its own, and the product the common one.
    const wide: Sparse =
      idf?.dtype === undefined ? damped : { ...damped, dtype: resultType(damped.dtype, idf.dtype) };
    const weighted = idf === undefined ? wide : mapEntries(wide, (v, col) => v * idf.data[col]!);
    return norm === undefined ? weighted : normalizeSparse(weighted, norm);
  };
}

/** `idf_`, which older releases kept as a diagonal sparse matrix. */
function readIdf(state: State, cols: number | undefined): { data: Float64Array; dtype?: NumericDType } {
  if (state.has("idf_")) return { data: state.vector("idf_", cols) };
  const where = state.where("_idf_diag");
  const matrix = asInstance(state.value("_idf_diag"), where);
  if (
    matrix === undefined ||
    !/^scipy\.sparse\._?(?:dia|csr)\.(?:dia|csr)_(?:matrix|array)$/u.test(matrix.className)
  ) {
    throw state.malformed("_idf_diag", "is no diagonal matrix");
  }
  const { data: idf, dtype } = readPart(state, matrix.attributes, "data");
  const diagonal = matrix.className.includes("csr")
    ? readPart(state, matrix.attributes, "indices").data.every((col, row) => col === row)
    : readPart(state, matrix.attributes, "offsets").data.every((offset) => offset === 0);
  if (!diagonal) throw state.malformed("_idf_diag", "is not diagonal");
  if (cols !== undefined && idf.length !== cols)
    throw state.malformed("_idf_diag", `is for ${idf.length} terms, not ${cols}`);
  return { data: idf, dtype };
}

function readPart(state: State, attributes: ReadonlyMap<string, Value>, name: string): Numbers {
  const value = attributes.get(name);
  if (value === undefined) throw state.malformed("_idf_diag", `has no ${name}`);
  return readNumbers(value, `${state.where("_idf_diag")}.${name}`);
}
