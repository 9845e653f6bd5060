import { checkFinite } from "../core/check.ts";
import { certainProduct } from "../core/products.ts";
import type { Dense } from "../core/matrix.ts";
import { innerState, type State } from "./state.ts";

/** What turns kernel values with the fitted samples into components. */
export interface KernelComponents {
  /** Centres rows of kernel values in place, as `KernelCenterer` does, and projects them. */
  project(k: Dense): Dense;
}

/** Components that are so much smaller than the largest hold little but rounding, which differs between machines. */
const SMALLEST = 1e-7;

/** `_centerer`, `eigenvalues_` and `eigenvectors_` of a KernelPCA. */
export function readKernelComponents(state: State, samples: number): KernelComponents {
  const values = state.vector("eigenvalues_");
  const { data, shape, dtype } = state.array("eigenvectors_", 2);
  const round = dtype === "float32" ? Math.fround : (v: number): number => v;
  const count = values.length;
  if (shape[0] !== samples || shape[1] !== count || count < 1)
    throw state.malformed("eigenvectors_", `has shape (${shape.join(", ")}) for ${samples} samples`);
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  if (values.some((v) => v !== 0 && !(v > largest * SMALLEST)))
    throw state.unsupported("eigenvalues_", "are so small that components are rounding alone");
  const alphas = data.map((v, i) => {
    const value = values[i % count]!;
    return value === 0 ? 0 : round(v / round(Math.sqrt(value)));
  });
  const center = readCenterer(state, samples);
  return {
    project: (k) => {
      checkFinite(k.data, "KernelCenterer", false, "float64");
      const sizes = center(k);
      return certainProduct(k, alphas, count, "A component whose terms cancel", sizes);
    },
  };
}

function readCenterer(state: State, samples: number): (k: Dense) => Float64Array {
  const inner = innerState(state.value("_centerer"), state.where("_centerer"), state.version);
  if (inner?.className !== "sklearn.preprocessing._data.KernelCenterer")
    throw state.malformed("_centerer", "is no KernelCenterer");
  const rows = inner.vector("K_fit_rows_", samples);
  const all = inner.number("K_fit_all_");
  return (k) => {
    const sizes = new Float64Array(k.data.length);
    for (let row = 0; row < k.rows; row++) {
      const at = row * samples;
      let sum = 0;
      for (let i = 0; i < samples; i++) sum += k.data[at + i]!;
      const mean = sum / samples;
      for (let i = 0; i < samples; i++) {
        const v = k.data[at + i]!;
        sizes[at + i] = Math.abs(v) + Math.abs(rows[i]!) + Math.abs(mean) + Math.abs(all);
        k.data[at + i] = v - rows[i]! - mean + all;
      }
    }
    return sizes;
  };
}
