import { badInput } from "../error.ts";
import { checkFinite } from "../core/check.ts";
import { mapColumns, mapEntries } from "../core/columns.ts";
import { type Entry, type Evaluator, featureCount } from "../core/evaluator.ts";
import { type Dense, denseOf, type Sparse } from "../core/matrix.ts";
import { floatTransformer } from "../core/transformer.ts";
import { readNumbers, readScalar } from "../read/array.ts";
import { itemsOf, type State } from "../read/state.ts";

/** Column-wise shifts and scales (sklearn.preprocessing._data). Each step rounds to the input's precision, as in NumPy. */
export const entry: Entry = {
  classes: [
    "sklearn.preprocessing._data.StandardScaler",
    "sklearn.preprocessing._data.MinMaxScaler",
    "sklearn.preprocessing._data.MaxAbsScaler",
    "sklearn.preprocessing._data.RobustScaler",
  ],
  build(state: State): Evaluator {
    const cols = featureCount(state);
    switch (state.shortName) {
      case "MinMaxScaler":
        return minMax(state, cols);
      case "MaxAbsScaler":
        return maxAbs(state, cols);
      case "RobustScaler":
        return centred(state, cols, {
          center: "center_",
          scale: "scale_",
          centering: "with_centering",
          scaling: "with_scaling",
        });
      default:
        return centred(state, cols, {
          center: "mean_",
          scale: "scale_",
          centering: "with_mean",
          scaling: "with_std",
        });
    }
  },
};

/**
 * Both steps in one pass: in double precision nothing is rounded between memory and register. The check for infinity comes
 * last: a sum of answers that is finite proves that the input was.
 */
function shiftScale(
  x: Dense,
  from: Float64Array,
  shift: Float64Array,
  divisor: Float64Array,
  className: string,
): Dense {
  const { cols, rows } = x;
  const data = new Float64Array(from.length);
  let total = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    let sum = 0;
    for (let col = 0; col < cols; col++, i++) {
      const v = (from[i]! - shift[col]!) / divisor[col]!;
      data[i] = v;
      sum += v;
    }
    total += sum;
  }
  if (!Number.isFinite(total)) checkFinite(from, className, true, x.dtype);
  return denseOf(data, rows, cols);
}

interface Names {
  readonly center: string;
  readonly scale: string;
  readonly centering: string;
  readonly scaling: string;
}

function centred(state: State, cols: number, names: Names): Evaluator {
  const center = state.bool(names.centering) ? state.vector(names.center, cols) : undefined;
  const scale = state.bool(names.scaling) ? state.vector(names.scale, cols) : undefined;
  // Since 1.8 StandardScaler rounds its parameters to the input's precision before it uses them.
  const rounds = state.version >= 108 && state.shortName === "StandardScaler";
  const shift = center ?? new Float64Array(cols);
  const divisor = scale ?? new Float64Array(cols).fill(1);
  const dense = (x: Dense): Dense => {
    if (x.data instanceof Float64Array) return shiftScale(x, x.data, shift, divisor, state.shortName);
    checkFinite(x.data, state.shortName, true, x.dtype);
    const own = (v: number): number => (rounds ? Math.fround(v) : v);
    const shifted = center === undefined ? x : mapColumns(x, (v, col) => v - own(center[col]!));
    return scale === undefined ? shifted : mapColumns(shifted, (v, col) => v / own(scale[col]!));
  };
  const sparse = (x: Sparse): Sparse => {
    checkFinite(x.data, state.shortName, true, x.dtype);
    if (center !== undefined)
      throw badInput(`Cannot center sparse matrices: pass \`${names.centering}=False\` instead`);
    return scale === undefined ? x : mapEntries(x, (v, col) => v * (1 / scale[col]!));
  };
  return floatTransformer(state, { infinite: true }, { dense, sparse });
}

function minMax(state: State, cols: number): Evaluator {
  const scale = state.vector("scale_", cols);
  const min = state.vector("min_", cols);
  const range = state.boolOr("clip", false) ? readRange(state) : undefined;
  const dense = (x: Dense): Dense => {
    const scaled = mapColumns(
      mapColumns(x, (v, col) => v * scale[col]!),
      (v, col) => v + min[col]!,
    );
    return range === undefined ? scaled : mapColumns(scaled, (v) => clip(v, range[0], range[1]));
  };
  return floatTransformer(state, { nan: true }, { dense });
}

/** `numpy.clip`, which lets NaN through. */
function clip(v: number, low: number, high: number): number {
  return v < low ? low : v > high ? high : v;
}

function readRange(state: State): [number, number] {
  const [low, high] = itemsOf(state.value("feature_range"), state.where("feature_range")).map((value) =>
    readScalar(value, state.where("feature_range")),
  );
  if (typeof low !== "number" || typeof high !== "number")
    throw state.malformed("feature_range", "is no pair of numbers");
  return [low, high];
}

function maxAbs(state: State, cols: number): Evaluator {
  const scale = state.vector("scale_", cols);
  // Sparse entries are multiplied by a reciprocal that has the precision of the fit.
  const single = readNumbers(state.value("scale_"), state.where("scale_")).dtype === "float32";
  const inverse = scale.map((v) => (single ? Math.fround(1 / v) : 1 / v));
  const clipped = state.boolOr("clip", false);
  const limit = (v: number): number => (clipped ? clip(v, -1, 1) : v);
  return floatTransformer(
    state,
    { nan: true },
    {
      dense: (x) => mapColumns(x, (v, col) => limit(v / scale[col]!)),
      sparse: (x) => mapEntries(x, (v, col) => limit(v * inverse[col]!)),
    },
  );
}
