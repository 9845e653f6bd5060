import { readCells } from "../read/array.ts";
import { itemsOf, type State } from "../read/state.ts";
import type { FittedTree } from "../read/tree.ts";
import type { Methods } from "./evaluator.ts";
import { argmaxRows, labelsOf, readClasses, take } from "./labels.ts";
import { type Dense, denseOf, type Matrix, type Nd, vector } from "./matrix.ts";
import { logOf } from "./special.ts";

/** How the `width` numbers of a leaf divide into outputs: `classes` each, of which an output may use fewer. */
export interface Layout {
  readonly outputs: number;
  readonly classes: number;
  readonly width: number;
}

/** `classes_` of a tree or forest: one list, or a list for each output. */
export function readOutputClasses(state: State, outputs: number): readonly Nd[] {
  if (outputs === 1) return [readClasses(state)];
  const lists = itemsOf(state.value("classes_"), state.where("classes_"));
  if (lists.length !== outputs)
    throw state.malformed("classes_", `has ${lists.length} lists for ${outputs} outputs`);
  return lists.map((value, i) => {
    const cells = readCells(value, `${state.where("classes_")}[${i}]`);
    return labelsOf(cells.data, cells.dtype);
  });
}

/** Checks a tree against the classes it votes for. */
export function treeLayout(state: State, tree: FittedTree, classes: readonly Nd[] | undefined): Layout {
  const { outputs } = tree;
  const most = classes === undefined ? 1 : Math.max(...classes.map((list) => list.data.length));
  if (tree.classes !== most)
    throw state.malformed("tree_", `has values for ${tree.classes} classes, not ${most}`);
  return { outputs, classes: tree.classes, width: outputs * tree.classes };
}

/** Each output's probabilities out of rows of `width` numbers. */
export function splitOutputs(values: Float64Array, layout: Layout, classes: readonly Nd[]): Dense[] {
  const rows = values.length / layout.width;
  return classes.map((list, output) => {
    const cols = list.data.length;
    if (layout.outputs === 1) return denseOf(values, rows, cols);
    const data = new Float64Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      const from = row * layout.width + output * layout.classes;
      data.set(values.subarray(from, from + cols), row * cols);
    }
    return denseOf(data, rows, cols);
  });
}

/** Methods of a tree or forest classifier from its probabilities (`raw`: rows of `layout.width`). */
export function treeClassifierMethods(
  classes: readonly Nd[],
  layout: Layout,
  raw: (x: Matrix) => Float64Array,
): Methods {
  const probas = (x: Matrix): Dense[] => splitOutputs(raw(x), layout, classes);
  const answer = (list: readonly Dense[]): Dense | Nd[] => {
    const [only] = list;
    return list.length === 1 && only !== undefined ? only : list.map(toNd);
  };
  return {
    predict: (x) => sideBySide(probas(x).map((p, i) => take(classes[i]!, argmaxRows(p)))),
    predict_proba: (x) => answer(probas(x)),
    predict_log_proba: (x) => answer(probas(x).map(logOf)),
  };
}

function toNd(x: Dense): Nd {
  return { kind: "nd", data: x.data, shape: [x.rows, x.cols], dtype: x.dtype };
}

/** One column for each output; a single output stays a vector. */
export function sideBySide(columns: readonly Nd[]): Nd {
  const [first] = columns;
  if (first !== undefined && columns.length === 1) return first;
  const rows = first?.data.length ?? 0;
  const numeric = columns.every((c) => c.data instanceof Float64Array);
  const cells = Array.from({ length: rows * columns.length }, (_, i) => {
    const column = columns[i % columns.length];
    return column?.data[Math.floor(i / columns.length)] ?? null;
  });
  return {
    kind: "nd",
    data: numeric ? Float64Array.from(cells, Number) : cells,
    shape: [rows, columns.length],
    dtype: first?.dtype ?? "float64",
  };
}

/** A regressor's values: a vector, or a row of outputs. */
export function regression(values: Float64Array, outputs: number): Nd {
  if (outputs === 1) return vector(values);
  return { kind: "nd", data: values, shape: [values.length / outputs, outputs], dtype: "float64" };
}

/**
 * The tree with class counts turned into fractions: before 1.4 a classifier's tree held weighted counts, which
 * `predict_proba` divided by their sum (a sum of 0 leaves zeros).
 */
export function withProbabilities(tree: FittedTree, classifier: boolean, counts: boolean): FittedTree {
  if (!classifier || !counts) return tree;
  const values = tree.values.slice();
  for (let start = 0; start < values.length; start += tree.classes) {
    let sum = 0;
    for (let i = start; i < start + tree.classes; i++) sum += values[i]!;
    if (sum !== 0) for (let i = start; i < start + tree.classes; i++) values[i] = values[i]! / sum;
  }
  return { ...tree, values };
}
