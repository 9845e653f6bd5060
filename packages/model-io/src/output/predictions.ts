import type { Csr, Frame, Output, Scalar } from "@modelkeep/estimators/data";
import { ModelkeepError } from "@modelkeep/findings";
import { isCsr, isFrame, isTensor } from "../input/typed.ts";

const MAX_DENSE_CELLS = 50_000_000;

/** What stands under `predictions`: nested lists, records for a frame, or lists by name where a model has several outputs. */
export type Predictions = readonly unknown[] | Scalar | Readonly<Record<string, unknown>>;

/** A method's answer as MLflow's scoring server shows it (`ndarray.tolist()`, records of a frame). */
export function toPredictions(output: Output): Predictions {
  if (isTensor(output)) return nested(output.data, output.shape);
  if (isCsr(output)) return dense(output);
  if (isFrame(output)) return recordsOf(output);
  return output.map((one) => nested(one.data, one.shape));
}

/** A flat row-major array as nested lists. */
export function nested(data: ArrayLike<Scalar>, shape: readonly number[]): Predictions {
  if (shape.length === 0) return data[0] ?? null;
  const build = (axis: number, start: number, stride: number): unknown[] => {
    const length = shape[axis] ?? 0;
    const step = length === 0 ? 0 : stride / length;
    return Array.from({ length }, (_, index) =>
      axis === shape.length - 1 ? data[start + index] : build(axis + 1, start + index * step, step),
    );
  };
  return build(0, 0, data.length);
}

function dense(matrix: Csr): Predictions {
  const [rows, columns] = matrix.shape;
  if (rows * columns > MAX_DENSE_CELLS) {
    throw new ModelkeepError(
      "LIMIT_EXCEEDED",
      `${rows}×${columns} sparse cells are too many as JSON: use invoke()`,
    );
  }
  const cells = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let at = matrix.indptr[row] ?? 0; at < (matrix.indptr[row + 1] ?? 0); at++) {
      const index = row * columns + (matrix.indices[at] ?? 0);
      cells[index] = (cells[index] ?? 0) + (matrix.data[at] ?? 0);
    }
  }
  return nested(cells, [rows, columns]);
}

function recordsOf(frame: Frame): Predictions {
  const columns = frame.columns instanceof Map ? [...frame.columns] : Object.entries(frame.columns);
  const rows = columns[0]?.[1].length ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
}
