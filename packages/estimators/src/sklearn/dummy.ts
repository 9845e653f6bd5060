import type { Value } from "@modelkeep/formats/value";
import type { DType } from "../data.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { argmaxRows, labelsOf } from "../core/labels.ts";
import { denseOf, type Dense, type Matrix, type Nd, type Result } from "../core/matrix.ts";
import { logOf } from "../core/special.ts";
import { keyOf } from "../core/categories.ts";
import { isNumeric, resultType } from "../core/dtype.ts";
import { readCells, readNumbers } from "../read/array.ts";
import { itemsOf, type State } from "../read/state.ts";

/** Constant predictions (sklearn.dummy). Random strategies are refused: they have no one right answer. */
export const entry: Entry = {
  classes: ["sklearn.dummy.DummyClassifier", "sklearn.dummy.DummyRegressor"],
  build(state: State): Evaluator {
    // Dummies never look at X, so nothing of it is checked.
    const features = { className: featuresOf(state).className };
    const base = { className: state.className, features };
    const outputs = state.int("n_outputs_", 1, 2 ** 31);
    if (state.shortName === "DummyRegressor") {
      const { data, dtype } = state.array("constant_");
      if (data.length !== outputs) throw state.malformed("constant_", "is not one for each output");
      const row: Label[] = Array.from(data, (value) => ({ value, dtype }));
      return { ...base, methods: { predict: (x) => tiled(row, x.rows) } };
    }
    if (state.boolOr("sparse_output_", false))
      throw state.unsupported("sparse_output_", "is set, which is not evaluated natively");
    const parts = readOutputs(state, outputs);
    const wide = outputs > 1;
    const proba = (x: Matrix): Dense[] => parts.map(({ shares }) => repeated(shares, x.rows));
    const [only] = parts;
    const answer = (list: Dense[]): Result =>
      list.length === 1 && list[0] !== undefined ? list[0] : list.map(toNd);
    return {
      ...base,
      classes: wide || only === undefined ? parts.map(({ classes }) => classes) : only.classes,
      methods: {
        predict: (x) =>
          tiled(
            parts.map(({ label }) => label),
            x.rows,
          ),
        predict_proba: (x) => answer(proba(x)),
        predict_log_proba: (x) => answer(proba(x).map(logOf)),
      },
    };
  },
};

interface Label {
  readonly value: Nd["data"][number];
  readonly dtype: DType;
}

interface Part {
  readonly classes: Nd;
  readonly shares: Float64Array;
  readonly label: Label;
}

/** What is answered for each output. */
function readOutputs(state: State, outputs: number): Part[] {
  const lists = perOutput(state, "classes_", outputs);
  const priors = perOutput(state, "class_prior_", outputs);
  const strategy = state.text("_strategy") ?? state.string("strategy");
  const constants = strategy === "constant" ? readConstants(state, outputs) : [];
  return lists.map((list, k) => {
    const cells = readCells(list, state.where(`classes_[${k}]`));
    const classes = labelsOf(cells.data, cells.dtype);
    const prior = Float64Array.from(readCells(priors[k] ?? list, state.where("class_prior_")).data, Number);
    if (prior.length !== classes.data.length)
      throw state.malformed("class_prior_", `has ${prior.length} shares for ${classes.data.length} classes`);
    const most = argmaxRows(denseOf(prior, 1, prior.length))[0] ?? 0;
    switch (strategy) {
      case "prior":
        return { classes, shares: prior, label: chosen(state, classes, most) };
      case "most_frequent":
        return { classes, shares: oneHot(most, prior.length), label: chosen(state, classes, most) };
      case "constant": {
        const label = constants[k] ?? { value: null, dtype: "object" };
        const at = Array.from(classes.data, keyOf).indexOf(keyOf(label.value));
        if (at < 0) throw state.malformed("constant", "is not among classes_");
        return { classes, shares: oneHot(at, prior.length), label };
      }
      default:
        throw state.unsupported("strategy", `${JSON.stringify(strategy)} draws at random`);
    }
  });
}

/** One value for each output: the attribute itself where there is one output. */
function perOutput(state: State, name: string, outputs: number): readonly Value[] {
  const value = state.value(name);
  const list = outputs === 1 ? [value] : itemsOf(value, state.where(name));
  if (list.length !== outputs) throw state.malformed(name, `has ${list.length} lists for ${outputs} outputs`);
  return list;
}

/** `numpy.tile` makes an array of the label alone, which of an object is one of strings. */
function chosen(state: State, classes: Nd, at: number): Label {
  const value = classes.data[at] ?? null;
  if (classes.dtype !== "object") return { value, dtype: classes.dtype };
  if (typeof value !== "string")
    throw state.unsupported("classes_", "are objects other than text, which are not evaluated natively");
  return { value, dtype: "str" };
}

function readConstants(state: State, outputs: number): Label[] {
  const where = state.where("constant");
  const value = state.value("constant");
  const labels =
    value.kind === "list" || value.kind === "tuple"
      ? value.items.map((item) => labelOf(item, where))
      : value.kind === "array" && value.shape.length > 0
        ? arrayLabels(value, where)
        : [labelOf(value, where)];
  if (labels.length !== outputs)
    throw state.malformed("constant", `has ${labels.length} labels for ${outputs} outputs`);
  return labels;
}

/** A single label, with the type that NumPy gives it in an array. */
function labelOf(value: Value, where: string): Label {
  if (value.kind === "str") return { value: value.value, dtype: "str" };
  if (value.kind === "bool") return { value: value.value ? 1 : 0, dtype: "bool" };
  if (value.kind === "int") return { value: Number(value.value), dtype: "int64" };
  const { data, dtype } = readNumbers(value, where);
  return { value: data[0] ?? null, dtype };
}

function arrayLabels(value: Value, where: string): Label[] {
  const { data, dtype } = readCells(value, where);
  return data.map((label) => ({ value: label, dtype: typeof label === "string" ? "str" : dtype }));
}

/** `numpy.tile(row, (rows, 1))`, without the second dimension where it is 1. */
function tiled(row: readonly Label[], rows: number): Nd {
  const dtypes = row.map(({ dtype }) => dtype);
  const dtype = dtypes.every(isNumeric) ? dtypes.reduce(resultType) : (dtypes[0] ?? "object");
  const cells = Array.from({ length: rows * row.length }, (_, i) => row[i % row.length]?.value ?? null);
  const data = !isNumeric(dtype)
    ? cells
    : dtype === "float32"
      ? Float32Array.from(cells, Number)
      : Float64Array.from(cells, Number);
  return { kind: "nd", data, shape: row.length === 1 ? [rows] : [rows, row.length], dtype };
}

function repeated(row: Float64Array, times: number): Dense {
  const out = new Float64Array(row.length * times);
  for (let i = 0; i < times; i++) out.set(row, i * row.length);
  return denseOf(out, times, row.length);
}

function oneHot(at: number, length: number): Float64Array {
  const row = new Float64Array(length);
  row[at] = 1;
  return row;
}

function toNd(x: Dense): Nd {
  return { kind: "nd", data: x.data, shape: [x.rows, x.cols], dtype: x.dtype };
}
