import { malformed } from "../error.ts";
import type { State } from "../read/state.ts";
import { isNumeric } from "./dtype.ts";
import type { Dense, Nd } from "./matrix.ts";

/** `classes_` of a classifier: a vector of labels, numbers or text. */
export function readClasses(state: State, name = "classes_"): Nd {
  const cells = state.cells(name);
  if (cells.shape.length !== 1) throw state.malformed(name, `has ${cells.shape.length} dimensions, not 1`);
  return labelsOf(cells.data, cells.dtype);
}

export function labelsOf(data: readonly Nd["data"][number][], dtype: Nd["dtype"]): Nd {
  const numeric = isNumeric(dtype);
  return {
    kind: "nd",
    data: numeric ? Float64Array.from(data, Number) : data,
    shape: [data.length],
    dtype,
  };
}

/**
 * `labels.take(indices)`.
 * @throws {EstimatorError} `malformed` when a member of an ensemble answers a label that there is not
 */
export function take(labels: Nd, indices: Int32Array): Nd {
  const { data } = labels;
  for (const index of indices) {
    if (index < 0 || index >= data.length)
      throw malformed(`An estimator answers class ${index} of ${data.length}`);
  }
  const shape = [indices.length];
  if (data instanceof Float64Array) {
    const out = new Float64Array(indices.length);
    for (let i = 0; i < indices.length; i++) out[i] = data[indices[i]!]!;
    return { kind: "nd", data: out, shape, dtype: labels.dtype };
  }
  return { kind: "nd", data: Array.from(indices, (i) => data[i] ?? null), shape, dtype: labels.dtype };
}

/** `numpy.argmax(x, axis=1)`: the first of equals; a NaN wins, as in NumPy. */
export function argmaxRows(x: Dense): Int32Array {
  const out = new Int32Array(x.rows);
  const { data, cols } = x;
  for (let row = 0; row < x.rows; row++) {
    const start = row * cols;
    let best = data[start]!;
    let at = 0;
    for (let col = 1; col < cols; col++) {
      const v = data[start + col]!;
      if (best !== best) break;
      if (v > best || v !== v) {
        best = v;
        at = col;
      }
    }
    out[row] = at;
  }
  return out;
}
