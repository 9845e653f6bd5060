import { badInput } from "../error.ts";
import { checkFinite, stackTable } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Curve, interpolate } from "../core/interpolate.ts";
import { columnsOf, type Floats, type Matrix, type Nd, vector } from "../core/matrix.ts";
import { columnAt } from "../core/columns.ts";
import type { State } from "../read/state.ts";

/** A monotonic piecewise linear function of one feature (sklearn.isotonic.IsotonicRegression). */
export const entry: Entry = {
  classes: ["sklearn.isotonic.IsotonicRegression"],
  build(state: State): Evaluator {
    const curve = readIsotonic(state);
    const predict = (x: Matrix): Nd => {
      const input = values(x);
      checkFinite(input, state.shortName, false, "float64");
      return vector(Float64Array.from(input, (v) => at(curve, v)));
    };
    return {
      className: state.className,
      features: { ...featuresOf(state), count: 1 },
      methods: { predict, transform: (x) => asSeries(predict(x)) },
    };
  },
};

function asSeries(y: Nd): Matrix {
  return {
    kind: "series",
    rows: y.data.length,
    column: { numeric: true, data: Float64Array.from(y.data, Number), dtype: "float64" },
  };
}

function at(curve: Curve, v: number): number {
  const y = interpolate(curve, v);
  if (Number.isNaN(y) && curve.outside === "raise")
    throw badInput(`A value (${v}) in x_new is outside of the interpolation range`);
  return y;
}

function values(x: Matrix): Floats {
  if (x.kind !== "series" && columnsOf(x) !== 1)
    throw badInput("Isotonic regression input X should be a 1d array or 2d array with 1 feature");
  const column = x.kind === "series" ? x.column : columnAt(x, 0);
  return stackTable([column], x.rows).data;
}

/** The thresholds of a fitted isotonic regression. */
export function readIsotonic(state: State): Curve {
  const x = state.vector("X_thresholds_");
  const y = state.vector("y_thresholds_", x.length);
  if (x.length === 0 || x.some((v, i) => Number.isNaN(v) || (i > 0 && v < x[i - 1]!)))
    throw state.malformed("X_thresholds_", "do not increase");
  return { x, y, outside: state.oneOf("out_of_bounds", ["clip", "nan", "raise"]) };
}
