import type { Value } from "@modelkeep/formats/value";
import { dotProduct, squaredDistance } from "../core/distances.ts";
import { besselK, gamma } from "../core/gamma.ts";
import { gram, type KernelParameters, mapped, pairwiseKernel } from "../core/kernels.ts";
import { type Dense, denseOf, type Floats } from "../core/matrix.ts";
import { badInput, malformed, unsupported } from "../error.ts";
import { readScalar } from "./array.ts";
import type { Points } from "./points.ts";
import { innerState, type State } from "./state.ts";
import type { Version } from "./version.ts";

/** A covariance function of Gaussian processes. */
export interface GpKernel {
  /** Between the rows of two different sets of samples. */
  gram(x: Points, y: Points): Dense;
  /** Of each row with itself. */
  diag(x: Points): Floats;
}

/** Kernels within kernels: more than any real model combines. */
const MAX_KERNELS = 100;
const MODULE = "sklearn.gaussian_process.kernels.";

/**
 * A kernel of `sklearn.gaussian_process.kernels` with its parameters.
 * @throws {EstimatorError} `unsupported` for a kernel of the user's own, `malformed` for parameters that are none
 */
export function readGpKernel(value: Value, where: string, version: Version): GpKernel {
  return new Reader(version).read(value, where);
}

class Reader {
  readonly #version: Version;
  #count = 0;

  constructor(version: Version) {
    this.#version = version;
  }

  read(value: Value, where: string): GpKernel {
    if (++this.#count > MAX_KERNELS) throw malformed(`${where} combines more than ${MAX_KERNELS} kernels`);
    const state = innerState(value, where, this.#version);
    const name = state?.className.startsWith(MODULE) === true ? state.shortName : "";
    if (state === undefined) throw malformed(`${where} is no kernel`);
    return this.#combined(name, state) ?? simple(name, state) ?? unknown(state, where);
  }

  #combined(name: string, state: State): GpKernel | undefined {
    const part = (field: string): GpKernel => this.read(state.value(field), state.where(field));
    if (name === "Sum") return both(part("k1"), part("k2"), (a, b) => a + b);
    if (name === "Product") return both(part("k1"), part("k2"), (a, b) => a * b);
    if (name !== "Exponentiation") return undefined;
    const exponent = state.number("exponent");
    const inner = part("kernel");
    return {
      gram: (x, y) => mapped(inner.gram(x, y), (v) => v ** exponent),
      diag: (x) => inner.diag(x).map((v) => v ** exponent),
    };
  }
}

function unknown(state: State, where: string): never {
  throw unsupported(`${where} is a ${state.className}, which is not evaluated natively`);
}

function both(a: GpKernel, b: GpKernel, f: (a: number, b: number) => number): GpKernel {
  return {
    gram: (x, y) => {
      const other = b.gram(x, y).data;
      const first = a.gram(x, y);
      for (let i = 0; i < other.length; i++) first.data[i] = f(first.data[i]!, other[i]!);
      return first;
    },
    diag: (x) => {
      const other = b.diag(x);
      return a.diag(x).map((v, i) => f(v, other[i]!));
    },
  };
}

function constant(inside: number, onDiagonal: number): GpKernel {
  return {
    gram: (x, y) => denseOf(new Float64Array(x.rows * y.rows).fill(inside), x.rows, y.rows),
    diag: (x) => new Float64Array(x.rows).fill(onDiagonal),
  };
}

/** A function of the squared distance that is 1 at 0. */
function stationary(f: (squared: number) => number, scale: Float64Array = Float64Array.of(1)): GpKernel {
  return {
    gram: (x, y) => mapped(gram(scaled(x, scale), scaled(y, scale), squaredDistance), f),
    diag: (x) => new Float64Array(x.rows).fill(1),
  };
}

function scaled(x: Points, scale: Float64Array): Points {
  if (scale.length === 1) return scale[0] === 1 ? x : dividedBy(x, scale[0]!);
  if (scale.length !== x.cols)
    throw malformed(
      `Anisotropic kernel must have the same number of dimensions as data (${scale.length}!=${x.cols})`,
    );
  return { ...x, data: x.data.map((v, i) => v / scale[i % x.cols]!) };
}

/** A float32 array divided by a single float64 is float32 to NumPy 1 and float64 to NumPy 2. */
function dividedBy(x: Points, scale: number): Points {
  const data = x.data.map((v) => v / scale);
  if (x.dtype === "float32" && data.some((v) => Math.fround(v) !== v))
    throw badInput("A length scale on float32 is not evaluated natively: pass float64");
  return { ...x, data };
}

function simple(name: string, state: State): GpKernel | undefined {
  switch (name) {
    case "ConstantKernel":
      return constant(state.number("constant_value"), state.number("constant_value"));
    case "WhiteKernel":
      return constant(0, state.number("noise_level"));
    case "RBF":
      return stationary((d) => Math.exp(-0.5 * d), lengthScale(state));
    case "Matern":
      return stationary(matern(state.number("nu")), lengthScale(state));
    case "RationalQuadratic":
      return rationalQuadratic(state.number("alpha"), state.number("length_scale"));
    case "ExpSineSquared":
      return periodic(state.number("periodicity"), state.number("length_scale"));
    case "DotProduct":
      return dots(state.number("sigma_0") ** 2);
    case "PairwiseKernel":
      return pairwise(state);
    default:
      return undefined;
  }
}

/** `_check_length_scale`: squeezed to one number or one for each column. */
function lengthScale(state: State): Float64Array {
  const { data, shape } = state.array("length_scale");
  if (data.length < 1 || shape.filter((n) => n !== 1).length > 1)
    throw state.malformed("length_scale", "has more than one dimension");
  return data;
}

function matern(nu: number): (squared: number) => number {
  if (nu === 0.5) return (d) => Math.exp(-Math.sqrt(d));
  if (nu === 1.5) return (d) => onePlus(Math.sqrt(d) * Math.sqrt(3), 0);
  if (nu === 2.5) return (d) => onePlus(Math.sqrt(d) * Math.sqrt(5), 1 / 3);
  if (nu === Infinity) return (d) => Math.exp(-d / 2);
  if (!(nu > 0) || nu > 50) throw unsupported(`Matern.nu is ${nu}, which is not evaluated natively`);
  const factor = 2 ** (1 - nu) / gamma(nu);
  return (d) => {
    const t = Math.sqrt(2 * nu) * (d === 0 ? Number.EPSILON : Math.sqrt(d));
    // Both overflow as the library's do: infinity times nothing is not-a-number.
    return factor * t ** nu * (t > 700 ? 0 : besselK(nu, t));
  };
}

function onePlus(k: number, quadratic: number): number {
  return (1 + k + k * k * quadratic) * Math.exp(-k);
}

function rationalQuadratic(alpha: number, scale: number): GpKernel {
  return stationary((d) => (1 + d / (2 * alpha * scale ** 2)) ** -alpha);
}

function periodic(period: number, scale: number): GpKernel {
  return stationary((d) => Math.exp(-2 * (Math.sin((Math.PI / period) * Math.sqrt(d)) / scale) ** 2));
}

function dots(sigma: number): GpKernel {
  return {
    gram: (x, y) => mapped(gram(x, y, dotProduct), (v) => v + sigma),
    diag: (x) =>
      Float64Array.from(
        { length: x.rows },
        (_, i) => dotProduct(x.data, i * x.cols, x.data, i * x.cols, x.cols) + sigma,
      ),
  };
}

function pairwise(state: State): GpKernel {
  const metric = state.text("metric");
  const extra = state.given("pairwise_kernels_kwargs")
    ? state.dict("pairwise_kernels_kwargs")
    : new Map<string, Value>();
  const parameters: Record<string, number> = { gamma: state.number("gamma") };
  for (const [name, value] of extra) {
    const number = readScalar(value, state.where(`pairwise_kernels_kwargs[${name}]`));
    if (typeof number !== "number" || !["degree", "coef0"].includes(name))
      throw state.unsupported("pairwise_kernels_kwargs", `has ${name.slice(0, 40)}`);
    parameters[name] = number;
  }
  const kernel = pairwiseKernel(metric ?? "", parameters satisfies KernelParameters);
  if (kernel === undefined) throw state.unsupported("metric", "is no kernel that is evaluated natively");
  return {
    gram: kernel,
    diag: (x) =>
      Float64Array.from({ length: x.rows }, (_, i) => {
        const row = { ...x, data: x.data.subarray(i * x.cols, (i + 1) * x.cols), rows: 1 };
        return kernel(row, row).data[0]!;
      }),
  };
}
