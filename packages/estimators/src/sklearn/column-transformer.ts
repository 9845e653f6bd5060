import { asNdArray } from "@modelkeep/formats/numpy/ndarray";
import type { Value } from "@modelkeep/formats/value";
import { checkFeatures, type Features } from "../core/check.ts";
import { mapColumns, mapEntries, selectColumns, stackDense, stackSparse, columnAt } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf, method, type Nested } from "../core/evaluator.ts";
import { columnsOf, type Matrix, namesOf } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { asksForFrames, joinFrames } from "../output-names.ts";
import { badInput } from "../error.ts";
import { readScalar } from "../read/array.ts";
import { itemsOf, type State } from "../read/state.ts";
import { asMatrix } from "./pipeline.ts";

/** Columns sent through their own transformers, results side by side (sklearn.compose._column_transformer). */
export const entry: Entry = {
  classes: ["sklearn.compose._column_transformer.ColumnTransformer"],
  build(state: State, nested: Nested): Evaluator {
    const features = featuresOf(state);
    const parts = readParts(state, nested, features);
    const sparse = state.bool("sparse_output_");
    const frames = asksForFrames(state);
    const prefixed = frames && readPrefixed(state);
    return transformer(state, features, (x): Matrix => {
      const source = alignColumns(x, features, parts);
      const blocks = parts.flatMap((part): Matrix[] => {
        const chosen = part.scalar ? seriesOf(source, part.columns[0]!) : selectColumns(source, part.columns);
        return [part.run(chosen)];
      });
      if (frames) {
        if (namesOf(source) === undefined)
          throw badInput("set_output: ColumnTransformer of an array without names is not evaluated natively");
        const named = blocks.map((block, i) => ({ name: parts[i]?.name ?? "", block }));
        return joinFrames(named, x.rows, prefixed);
      }
      if (blocks.length === 0) return stackDense([selectColumns(source, [])], x.rows);
      // The library checks each block of a sparse answer.
      if (sparse && x.rows < 1)
        throw badInput("For a sparse output, all columns should be a numeric or convertible to a numeric.");
      return sparse ? stackSparse(blocks, x.rows, features.className) : stackDense(blocks, x.rows);
    });
  },
};

/** `verbose_feature_names_out`, which may be a function or a template too. */
export function readPrefixed(state: State): boolean {
  if (!state.has("verbose_feature_names_out")) return true;
  const scalar = readScalar(
    state.value("verbose_feature_names_out"),
    state.where("verbose_feature_names_out"),
  );
  if (typeof scalar !== "boolean")
    throw state.unsupported("verbose_feature_names_out", "is neither True nor False");
  return scalar;
}

interface Part {
  readonly name: string;
  readonly columns: readonly number[];
  /** A lone column name or index hands a vector to its transformer, as a text vectoriser wants. */
  readonly scalar: boolean;
  /** Columns were chosen by name, which an input without names does not allow. */
  readonly byName: boolean;
  readonly run: (x: Matrix) => Matrix;
}

function readParts(state: State, nested: Nested, features: Features): Part[] {
  const indices = state.dict("_transformer_to_input_indices");
  return state.tuples("transformers_", 3).flatMap(([nameValue, step, columns], i): Part[] => {
    const where = `${state.where("transformers_")}[${i}]`;
    if (nameValue?.kind !== "str" || step === undefined || columns === undefined)
      throw state.malformed(`transformers_[${i}]`, "has no name");
    if (step.kind === "str" && step.value === "drop") return [];
    const list = indices.get(nameValue.value);
    if (list === undefined)
      throw state.malformed(
        "_transformer_to_input_indices",
        `has no entry for ${JSON.stringify(nameValue.value)}`,
      );
    const chosen = itemsOf(list, where).map((item) => readScalar(item, where));
    const count = features.count ?? 0;
    const picked = chosen.map((at): number => {
      if (typeof at === "number" && Number.isInteger(at) && at >= 0 && at < count) return at;
      throw state.malformed("_transformer_to_input_indices", `names column ${String(at)} of ${count}`);
    });
    if (picked.length === 0) return [];
    const byName = namesColumns(columns);
    const scalar = columns.kind === "str" || columns.kind === "int";
    const weight = readWeights(state).get(nameValue.value);
    if (step.kind === "str" && step.value === "passthrough")
      return [{ name: nameValue.value, columns: picked, scalar, byName, run: weighted(identity, weight) }];
    const transform = method(nested.load(step, where), "transform");
    return [
      {
        name: nameValue.value,
        columns: picked,
        scalar,
        byName,
        run: weighted((x) => asMatrix(transform(x)), weight),
      },
    ];
  });
}

/** Whether a column selection is made of texts: one, or a list or array of them. */
function namesColumns(columns: Value): boolean {
  if (columns.kind === "list" || columns.kind === "tuple") return columns.items[0]?.kind === "str";
  const array = asNdArray(columns);
  return columns.kind === "str" || array?.dtype.kind === "U" || array?.objects?.[0]?.kind === "str";
}

function identity(x: Matrix): Matrix {
  return x;
}

/** `transformer_weights`: a factor for each named block. */
export function readWeights(state: State): ReadonlyMap<string, number> {
  if (!state.given("transformer_weights")) return new Map();
  return new Map(
    [...state.dict("transformer_weights")].map(([name, value]) => {
      const weight = readScalar(value, state.where("transformer_weights"));
      if (typeof weight !== "number")
        throw state.malformed("transformer_weights", "holds something that is no number");
      return [name, weight];
    }),
  );
}

export function weighted(run: (x: Matrix) => Matrix, weight: number | undefined): (x: Matrix) => Matrix {
  if (weight === undefined) return run;
  return (x) => {
    const out = run(x);
    if (out.kind === "dense")
      return mapColumns(
        { ...out, dtype: out.dtype === "float32" ? "float32" : "float64" },
        (v) => v * weight,
      );
    if (out.kind === "sparse")
      return mapEntries(
        { ...out, dtype: out.dtype === "float32" ? "float32" : "float64" },
        (v) => v * weight,
      );
    throw badInput("transformer_weights of something that is not numeric");
  };
}

/**
 * The input with the columns of the fit in the order of the fit. A frame may hold more columns, in any order, when the
 * model was fitted on one; all else must have exactly the fitted number.
 */
function alignColumns(x: Matrix, features: Features, parts: readonly Part[]): Matrix {
  const given = namesOf(x);
  const { names } = features;
  if (given === undefined || names === undefined) {
    checkFeatures(x, features);
    if (x.kind === "series") throw badInput("Expected 2D array, got 1D array instead");
    if (given === undefined && parts.some((part) => part.byName)) {
      throw badInput("Specifying the columns using strings is only supported for dataframes.");
    }
    return x;
  }
  const positions = new Map(given.map((name, at) => [name, at]));
  const needed = new Set(parts.flatMap((part) => part.columns));
  const missing = [...needed].map((at) => names[at] ?? "").filter((name) => !positions.has(name));
  if (missing.length > 0)
    throw badInput(`columns are missing: {${missing.map((name) => `'${name}'`).join(", ")}}`);
  if (positions.size !== columnsOf(x)) throw badInput("Input has two columns of the same name");
  // A column that nobody asks for may be absent: any other stands in its place.
  return selectColumns(
    x,
    names.map((name) => positions.get(name) ?? 0),
  );
}

function seriesOf(x: Matrix, col: number): Matrix {
  return { kind: "series", column: columnAt(x, col), rows: x.rows };
}
