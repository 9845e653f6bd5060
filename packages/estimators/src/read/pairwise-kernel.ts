import type { Value } from "@modelkeep/formats/value";
import { badInput } from "../error.ts";
import { type GramKernel, type KernelParameters, pairwiseKernel } from "../core/kernels.ts";
import { denseOf } from "../core/matrix.ts";
import { readScalar } from "./array.ts";
import { readGpKernel } from "./gp-kernel.ts";
import type { Points } from "./points.ts";
import { asInstance, type State } from "./state.ts";

const NUMBERS = ["gamma", "degree", "coef0"] as const;

/**
 * `kernel` of an estimator: a name of `PAIRWISE_KERNEL_FUNCTIONS`, `precomputed`, or a kernel of Gaussian processes.
 * A function of the user's is code, and refused by name.
 * @param gamma the attribute that holds it
 */
export function readPairwiseKernel(
  state: State,
  gamma = "gamma",
  extra?: ReadonlyMap<string, Value>,
): GramKernel {
  const value = state.value("kernel");
  const instance = asInstance(value, state.where("kernel"));
  if (instance !== undefined) {
    const kernel = readGpKernel(value, state.where("kernel"), state.version);
    return (x, y) => kernel.gram(x, y);
  }
  const name = state.text("kernel");
  if (name === undefined) throw state.unsupported("kernel", "is a function, which is not evaluated natively");
  if (name === "precomputed") return precomputed;
  const kernel = pairwiseKernel(name, parameters(state, gamma, extra));
  if (kernel === undefined) throw state.unsupported("kernel", `is ${JSON.stringify(name.slice(0, 40))}`);
  return inDouble(state, kernel);
}

function parameters(
  state: State,
  gamma: string,
  extra: ReadonlyMap<string, Value> | undefined,
): KernelParameters {
  const out: { gamma?: number; degree?: number; coef0?: number } = {};
  for (const name of NUMBERS) {
    const attribute = name === "gamma" ? gamma : name;
    const other = extra?.get(name);
    const given = state.given(attribute)
      ? state.number(attribute)
      : other === undefined
        ? undefined
        : readScalar(other, state.where(`kernel_params[${name}]`));
    if (given === undefined || given === null) continue;
    if (typeof given !== "number") throw state.unsupported("kernel_params", `has ${name} that is no number`);
    out[name] = given;
  }
  return out;
}

/** Single precision on both sides makes the library compute in it, in an order that depends on the machine. */
function inDouble(state: State, kernel: GramKernel): GramKernel {
  return (x, y) => {
    if (x.dtype === "float32" && y.dtype === "float32")
      throw badInput(
        `${state.shortName} that was fitted on float32 is not evaluated natively on float32: pass float64`,
      );
    return kernel(x, y);
  };
}

function precomputed(x: Points, y: Points): ReturnType<GramKernel> {
  if (x.cols !== y.rows) {
    throw badInput(
      `Precomputed metric requires shape (n_queries, n_indexed). Got (${x.rows}, ${x.cols}) for ${y.rows} indexed.`,
    );
  }
  return denseOf(x.data.slice(), x.rows, x.cols);
}
