import type { Value } from "@modelkeep/formats/value";
import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Column, denseOf, type Dense, type Floats, floatsFor, type Matrix } from "../core/matrix.ts";
import { floatType } from "../core/dtype.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import { dictEntries, qualified, type State } from "../read/state.ts";

/** A function of the whole input (sklearn.preprocessing._function_transformer): none, or one of NumPy's by name. */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._function_transformer.FunctionTransformer"],
  build(state: State): Evaluator {
    const features = featuresOf(state);
    const apply = readFunction(state);
    if (hasArguments(state, "kw_args"))
      throw state.unsupported("kw_args", "is set, which is not evaluated natively");
    const validate = state.bool("validate");
    return transformer(state, features, (x): Matrix => {
      // Only a validating transformer looks at the columns again.
      if (validate) checkFeatures(x, features);
      return apply(validate ? checkNumeric(x, features.className) : x);
    });
  },
};

/** Whether a parameter that holds keyword arguments holds any. */
export function hasArguments(state: State, name: string): boolean {
  if (!state.given(name)) return false;
  return (dictEntries(state.value(name))?.length ?? 1) > 0;
}

function readFunction(state: State): (x: Matrix) => Matrix {
  if (!state.given("func")) return (x) => x;
  const value = state.value("func");
  if (isFloatValidation(value))
    return (x) => ({ ...checkNumeric(x, "check_array", { infinite: true }), dtype: "float64" });
  const f = readUfunc(state, "func");
  return (x) => elementwise(x, f);
}

/**
 * A parameter that names one of NumPy's element-wise functions.
 * @throws {EstimatorError} `unsupported` for any other function
 */
export function readUfunc(state: State, parameter: string): (v: number) => number {
  const value = state.value(parameter);
  const name = ufuncName(value);
  const f = name === undefined ? undefined : UFUNCS.get(name);
  if (f !== undefined) return f;
  const what = describe(value);
  throw state.unsupported(
    parameter,
    `is ${what}, which is code; only some of NumPy's own functions are evaluated natively`,
  );
}

function describe(value: Value): string {
  if (value.kind === "global") return qualified(value).slice(0, 100);
  return value.kind === "call" && value.callee.kind === "global"
    ? `made by ${qualified(value.callee).slice(0, 100)}`
    : `a ${value.kind}`;
}

const UFUNC_MODULES = new Set([
  "numpy",
  "numpy.core._multiarray_umath",
  "numpy._core._multiarray_umath",
  "numpy.core.umath",
  "numpy._core.umath",
]);

/** The name of a NumPy function: by reference, or as `numpy.core._ufunc_reconstruct(module, name)`. */
function ufuncName(value: Value): string | undefined {
  if (value.kind === "global") return UFUNC_MODULES.has(value.module) ? value.name : undefined;
  if (value.kind !== "call" || value.callee.kind !== "global" || value.args.kind !== "tuple")
    return undefined;
  if (!/^numpy\.(?:core|_core)\._ufunc_reconstruct$/u.test(qualified(value.callee))) return undefined;
  const [module, name] = value.args.items;
  return module?.kind === "str" && name?.kind === "str" && UFUNC_MODULES.has(module.value)
    ? name.value
    : undefined;
}

/** `functools.partial(check_array, dtype=float64, force_all_finite=False)`, which HistGradientBoosting puts in its preprocessor. */
function isFloatValidation(value: Value): boolean {
  if (
    value.kind !== "call" ||
    value.callee.kind !== "global" ||
    qualified(value.callee) !== "functools.partial"
  )
    return false;
  const state = value.states[0];
  if (value.states.length !== 1 || state?.kind !== "tuple") return false;
  const [func, args, kwargs] = state.items;
  if (func?.kind !== "global" || qualified(func) !== "sklearn.utils.validation.check_array") return false;
  if (args?.kind !== "tuple" || args.items.length > 0) return false;
  const entries = (kwargs && dictEntries(kwargs)) ?? [];
  return entries.length === 2 && entries.every(([key, v]) => isAllowedCheck(key, v));
}

function isAllowedCheck(key: Value, value: Value): boolean {
  if (key.kind !== "str") return false;
  if (key.value === "force_all_finite" || key.value === "ensure_all_finite")
    return value.kind === "bool" && !value.value;
  if (key.value !== "dtype") return false;
  const type = value.kind === "list" ? value.items[0] : value;
  return type?.kind === "global" && type.module === "numpy" && type.name === "float64";
}

/** NumPy functions of one float whose result JavaScript gives to the last digit or two. */
const UFUNCS: ReadonlyMap<string, (v: number) => number> = new Map([
  ["absolute", Math.abs],
  ["arccos", Math.acos],
  ["arccosh", Math.acosh],
  ["arcsin", Math.asin],
  ["arcsinh", Math.asinh],
  ["arctan", Math.atan],
  ["arctanh", Math.atanh],
  ["fabs", Math.abs],
  ["cbrt", Math.cbrt],
  ["ceil", Math.ceil],
  ["cos", Math.cos],
  ["cosh", Math.cosh],
  ["deg2rad", (v) => v * (Math.PI / 180)],
  ["exp", Math.exp],
  ["exp2", (v) => 2 ** v],
  ["expm1", Math.expm1],
  ["floor", Math.floor],
  ["log", Math.log],
  ["log10", Math.log10],
  ["log1p", Math.log1p],
  ["log2", Math.log2],
  ["negative", (v) => -v],
  ["positive", (v) => v],
  ["rad2deg", (v) => v * (180 / Math.PI)],
  ["reciprocal", (v) => 1 / v],
  ["sign", Math.sign],
  ["sin", Math.sin],
  ["sinh", Math.sinh],
  ["sqrt", Math.sqrt],
  ["square", (v) => v * v],
  ["tan", Math.tan],
  ["tanh", Math.tanh],
  ["trunc", Math.trunc],
] satisfies [string, (v: number) => number][]);

/** Functions that keep whole numbers whole; on them NumPy would answer an integer dtype, with its overflow. */
function elementwise(x: Matrix, f: (v: number) => number): Matrix {
  if (x.kind === "dense") return { ...mapDense(x, f), ...(x.names === undefined ? {} : { names: x.names }) };
  if (x.kind === "table") return { ...x, columns: x.columns.map((column) => mapColumn(column, f)) };
  throw badInput(`FunctionTransformer of a ${x.kind} input is not evaluated natively`);
}

function mapDense(x: Dense, f: (v: number) => number): Dense {
  return denseOf(mapFloats(x.data, x.dtype, f), x.rows, x.cols);
}

function mapColumn(column: Column, f: (v: number) => number): Column {
  if (!column.numeric) throw badInput("A NumPy function of a column that is not numeric");
  return { numeric: true, data: mapFloats(column.data, column.dtype, f), dtype: floatType(column.dtype) };
}

function mapFloats(data: Floats, dtype: Dense["dtype"], f: (v: number) => number): Floats {
  if (dtype !== "float64" && dtype !== "float32" && KEEPS_INTEGERS.has(f)) {
    throw badInput(
      `A NumPy function that keeps integers, of ${dtype}, is not evaluated natively: pass floats`,
    );
  }
  if (dtype === "bool" || (dtype !== "float64" && /8|16/u.test(dtype))) {
    throw badInput(`A NumPy function of ${dtype} rounds to a smaller float: pass float64`);
  }
  const out = floatsFor(floatType(dtype), data.length);
  for (let i = 0; i < out.length; i++) out[i] = f(data[i]!);
  return out;
}

const KEEPS_INTEGERS = new Set(
  ["absolute", "negative", "positive", "sign", "reciprocal", "square", "ceil", "floor", "trunc"].map((name) =>
    UFUNCS.get(name),
  ),
);
