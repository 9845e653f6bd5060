import { badInput } from "../error.ts";
import { checkFeatures, checkNumeric } from "../core/check.ts";
import { stackSparse } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, type Floats, floatsFor, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import type { State } from "../read/state.ts";

/** One block of the output as a function of an entry that is not zero. */
type Block = (v: number) => number;

/** The additive chi² kernel's Fourier transform, sampled (sklearn.kernel_approximation.AdditiveChi2Sampler). */
export const entry: Entry = {
  classes: ["sklearn.kernel_approximation.AdditiveChi2Sampler"],
  build(state: State): Evaluator {
    const features = featuresOf(state);
    const blocks = blocksOf(state.int("sample_steps", 1, 2 ** 16), interval(state));
    return transformer(state, features, (x: Matrix): Matrix => {
      checkFeatures(x, features);
      const numeric = checkNumeric(x, features.className, { sparse: true });
      if (numeric.data.some((v) => v < 0))
        throw badInput("Negative values in data passed to X in AdditiveChi2Sampler.transform");
      if (!KNOWN[numeric.kind].has(numeric.dtype))
        throw badInput(`${features.className} of ${numeric.dtype} is not evaluated natively: pass float64`);
      return numeric.kind === "sparse" ? sparseBlocks(numeric, blocks) : denseBlocks(numeric, blocks);
    });
  },
};

/** What NumPy makes of a small integer times a number depends on its release. Stored zeros become garbage as integers. */
const KNOWN: Readonly<Record<"dense" | "sparse", ReadonlySet<string>>> = {
  dense: new Set(["float64", "float32", "int64", "int32"]),
  sparse: new Set(["float64", "float32"]),
};

function interval(state: State): number {
  for (const name of ["_sample_interval", "sample_interval_", "sample_interval"])
    if (state.given(name)) return state.number(name);
  const known = [0.8, 0.5, 0.4][state.number("sample_steps") - 1];
  if (known === undefined) throw state.malformed("sample_interval", "is not given");
  return known;
}

function blocksOf(steps: number, step: number): Block[] {
  const blocks: Block[] = [(v) => Math.sqrt(v * step)];
  for (let j = 1; j < steps; j++) {
    const factor = (v: number): number => Math.sqrt((2 * v * step) / Math.cosh(Math.PI * j * step));
    blocks.push(
      (v) => factor(v) * Math.cos(j * (step * Math.log(v))),
      (v) => factor(v) * Math.sin(j * (step * Math.log(v))),
    );
  }
  return blocks;
}

function denseBlocks(x: Dense, blocks: readonly Block[]): Dense {
  const cols = x.cols * blocks.length;
  // The library writes into an array of the input's own type.
  const whole = x.dtype.startsWith("int");
  const out = floatsFor(x.dtype, x.rows * cols);
  blocks.forEach((block, b) => {
    for (let row = 0; row < x.rows; row++) {
      for (let col = 0; col < x.cols; col++) {
        const v = x.data[row * x.cols + col]!;
        if (v !== 0) out[row * cols + b * x.cols + col] = whole ? Math.trunc(block(v)) : block(v);
      }
    }
  });
  return denseOf(out, x.rows, cols, x.dtype);
}

/** Stored zeros are entries too: the logarithm makes not-a-number of them, as in the library. */
function sparseBlocks(x: Sparse, blocks: readonly Block[]): Sparse {
  const parts = blocks.map((block): Sparse => {
    const data: Floats = floatsFor(x.dtype, x.data.length);
    for (let k = 0; k < data.length; k++) data[k] = block(x.data[k]!);
    return { ...x, data };
  });
  return stackSparse(parts, x.rows, "AdditiveChi2Sampler");
}
