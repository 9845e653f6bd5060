import { type Spline, evaluate } from "../core/b-spline.ts";
import { checkFeatures, checkNumeric, toFloating } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, floatsFor, type Matrix, sparsify } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput, malformed } from "../error.ts";
import { readNumbers } from "../read/array.ts";
import { asInstance, type Instance, type State } from "../read/state.ts";

const EXTRAPOLATIONS = ["error", "constant", "linear", "continue", "periodic"] as const;
type Extrapolation = (typeof EXTRAPOLATIONS)[number];

/** B-splines of each column (sklearn.preprocessing._polynomial.SplineTransformer). */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._polynomial.SplineTransformer"],
  build(state: State): Evaluator {
    const splines = readSplines(state);
    const plan = {
      degree: state.int("degree", 0, 100),
      extrapolation: state.oneOf("extrapolation", EXTRAPOLATIONS),
      sparse: state.boolOr("sparse_output", false),
    };
    if (splines.some((spline) => spline.degree !== plan.degree))
      throw state.malformed("bsplines_", "have another degree than the transformer");
    const bias = state.bool("include_bias");
    const nan = state.text("handle_missing") === "zeros";
    const features = { ...featuresOf(state), count: splines.length };
    return transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      const numeric = toFloating(checkNumeric(x, features.className, { nan }));
      const all = columnsOf(numeric, splines, plan);
      const out = bias ? all : withoutLast(all, splines[0]?.outputs ?? 1);
      return plan.sparse ? sparsify(out) : out;
    });
  },
};

interface Plan {
  readonly degree: number;
  readonly extrapolation: Extrapolation;
  readonly sparse: boolean;
}

function readSplines(state: State): Spline[] {
  const splines = state.items("bsplines_").map((value, i): Spline => {
    const where = `${state.where("bsplines_")}[${i}]`;
    const instance = asInstance(value, where);
    if (instance === undefined || !/^scipy\.interpolate\._?bsplines\.BSpline$/u.test(instance.className))
      throw state.malformed(`bsplines_[${i}]`, "is no BSpline");
    const attributes = numbersOf(instance, where);
    const part = (name: string): ReturnType<typeof readNumbers> => {
      const found = attributes.get(`_${name}`) ?? attributes.get(name);
      if (found === undefined) throw state.malformed(`bsplines_[${i}]`, `has no ${name}`);
      return readNumbers(found, `${where}.${name}`);
    };
    const knots = part("t").data;
    const [size, outputs] = part("c").shape;
    const degree = part("k").data[0] ?? -1;
    const bad =
      size === undefined ||
      outputs === undefined ||
      outputs < 1 ||
      !Number.isInteger(degree) ||
      degree < 0 ||
      degree > 100 ||
      knots.length !== size + degree + 1 ||
      size < degree + 1 ||
      knots.some((v, k) => !Number.isFinite(v) || (k > 0 && v < knots[k - 1]!));
    if (bad) throw state.malformed(`bsplines_[${i}]`, "has knots and coefficients that do not fit");
    const extrapolate = part("extrapolate").data[0] !== 0;
    return { knots, degree, coefficients: part("c").data, outputs, extrapolate };
  });
  const [first] = splines;
  if (first === undefined || splines.some((spline) => spline.outputs !== first.outputs))
    throw state.malformed("bsplines_", "are none, or of different sizes");
  return splines;
}

/** Since SciPy 1.18 the state of a BSpline is a pair of which the first is a plain object with the numbers. */
function numbersOf(outer: Instance, where: string): Instance["attributes"] {
  const pair = outer.attributes.get("__state__");
  const [value] = pair?.kind === "tuple" ? pair.items : [];
  if (value === undefined) return outer.attributes;
  const inner = asInstance(value, where);
  if (inner?.className !== "scipy.interpolate._bsplines._BSpline")
    throw malformed(`${where} holds what is no _BSpline`);
  return inner.attributes;
}

function columnsOf(x: Dense, splines: readonly Spline[], plan: Plan): Dense {
  const outputs = splines[0]?.outputs ?? 1;
  const cols = outputs * splines.length;
  const data = floatsFor(x.dtype, x.rows * cols);
  // The library raises a degree of 0 or 1 for the columns that follow the first one it extrapolates linearly.
  let { degree } = plan;
  splines.forEach((spline, col) => {
    const ends = endsOf(spline, degree, plan.extrapolation);
    if (plan.extrapolation === "linear" && degree <= 1) degree++;
    for (let row = 0; row < x.rows; row++) {
      const v = x.data[row * x.cols + col]!;
      data.set(pointOf(v, ends, plan, x.dtype === "float32"), row * cols + col * outputs);
    }
  });
  return denseOf(data, x.rows, cols);
}

/** A spline with its values and slopes at both ends of the base interval. */
interface Ends {
  readonly spline: Spline;
  readonly degree: number;
  /** How many functions a linear extrapolation touches at either end. */
  readonly reach: number;
  readonly low: number;
  readonly high: number;
}

function endsOf(spline: Spline, degree: number, extrapolation: Extrapolation): Ends {
  const { knots } = spline;
  const low = knots[degree];
  const high = knots.at(-degree - 1);
  if (low === undefined || high === undefined)
    throw badInput("SplineTransformer: the degree exceeds the knots");
  const reach = extrapolation === "linear" && degree <= 1 ? degree + 1 : degree;
  return { spline, degree, reach, low, high };
}

function pointOf(v: number, ends: Ends, plan: Plan, single: boolean): Float64Array {
  const { spline, low, high } = ends;
  if (Number.isNaN(v)) return new Float64Array(spline.outputs);
  if (plan.extrapolation === "continue") return evaluate(spline, v);
  if (plan.extrapolation === "periodic") return evaluate(spline, wrapped(v, spline, single));
  if (plan.extrapolation === "error") {
    const out = evaluate(spline, v);
    if (out.some(Number.isNaN)) throw badInput("X contains values beyond the limits of the knots.");
    return out;
  }
  if (single) refuseOnEdge(v, low, high);
  if (low <= v && v <= high) return evaluate(spline, v);
  return plan.extrapolation === "constant" ? constant(v, ends, plan.sparse) : linear(v, ends);
}

/** In single precision NumPy 1 rounds the knot, NumPy 2 widens the value: where that decides, nobody can tell. */
function refuseOnEdge(v: number, low: number, high: number): void {
  const differs = (edge: number): boolean =>
    v < edge !== v < Math.fround(edge) || v > edge !== v > Math.fround(edge);
  if (differs(low) || differs(high))
    throw badInput(`SplineTransformer: ${v} in single precision lies on the outermost knot: pass float64`);
}

/** Python's `%`, whose sign is the divisor's. */
function wrapped(v: number, { knots, degree }: Spline, single: boolean): number {
  if (single)
    throw badInput("SplineTransformer wraps single precision differently by NumPy's release: pass float64");
  const low = knots[degree]!;
  const period = knots[knots.length - degree - 1]! - low;
  if (!(period > 0)) return 0;
  const remainder = (v - low) % period;
  return low + (remainder < 0 ? remainder + period : remainder);
}

function constant(v: number, { spline, degree, low, high }: Ends, sparse: boolean): Float64Array {
  const out = new Float64Array(spline.outputs);
  if (v < low) {
    out.set(evaluate(spline, low).subarray(0, degree));
    return out;
  }
  const end = evaluate(spline, high);
  if (degree > 0) out.set(end.subarray(-degree), spline.outputs - degree);
  else if (sparse) out.set(end);
  else throw badInput("SplineTransformer of degree 0 has no constant beyond the last knot");
  return out;
}

function linear(v: number, { spline, reach, low, high }: Ends): Float64Array {
  const out = new Float64Array(spline.outputs);
  const end = v < low ? low : high;
  const values = evaluate(spline, end);
  const slopes = evaluate(spline, end, 1);
  for (let j = 0; j < reach; j++) {
    const k = v < low ? j : spline.outputs - 1 - j;
    if (k < 0 || k >= spline.outputs) throw badInput("SplineTransformer has fewer splines than its degree");
    out[k] = values[k]! + (v - end) * slopes[k]!;
  }
  return out;
}

/** All but the last spline of each column. */
function withoutLast(x: Dense, outputs: number): Dense {
  const kept = Array.from({ length: x.cols }, (_, i) => i).filter((i) => (i + 1) % outputs !== 0);
  const data = floatsFor(x.dtype, x.rows * kept.length);
  for (let row = 0; row < x.rows; row++)
    kept.forEach((col, to) => (data[row * kept.length + to] = x.data[row * x.cols + col]!));
  return denseOf(data, x.rows, kept.length);
}
