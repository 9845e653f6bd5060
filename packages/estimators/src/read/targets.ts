import type { NumericDType } from "../data.ts";
import { readOutputClasses } from "../core/tree-outputs.ts";
import type { Nd } from "../core/matrix.ts";
import type { State } from "./state.ts";

/** `_y` of a neighbours' estimator. */
export interface Targets {
  readonly data: Float64Array;
  readonly outputs: number;
  /** It has two dimensions, and so have the answers. */
  readonly wide: boolean;
  readonly dtype: NumericDType;
  /** Whether two samples have the same. */
  readonly same: (a: number, b: number) => boolean;
}

export function readTargets(state: State, rows: number): Targets {
  const { data, shape, dtype } = state.array("_y");
  const [count, outputs = 1] = shape;
  if (count !== rows || shape.length > 2 || outputs < 1)
    throw state.malformed("_y", `has shape (${shape.join(", ")}) for ${rows} samples`);
  const same = (a: number, b: number): boolean => {
    for (let j = 0; j < outputs; j++) if (data[a * outputs + j] !== data[b * outputs + j]) return false;
    return true;
  };
  return { data, outputs, wide: shape.length === 2, dtype, same };
}

/** The classes of each output, which `_y` points into. */
export function readTargetClasses(state: State, targets: Targets): readonly Nd[] {
  const wide = state.bool("outputs_2d_");
  if (wide !== targets.wide) throw state.malformed("outputs_2d_", "does not fit _y");
  const classes = wide && targets.outputs === 1 ? listed(state) : readOutputClasses(state, targets.outputs);
  targets.data.forEach((label, i) => {
    const count = classes[i % targets.outputs]?.data.length ?? 0;
    if (!Number.isInteger(label) || label < 0 || label >= count)
      throw state.malformed(`_y[${i}]`, `is ${label} of ${count} classes`);
  });
  return classes;
}

function listed(state: State): never {
  throw state.unsupported("classes_", "is a list for a single output, which is not evaluated natively");
}
