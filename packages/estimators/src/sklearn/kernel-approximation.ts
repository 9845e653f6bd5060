import { badInput } from "../error.ts";
import type { NumericDType } from "../data.ts";
import { checkFeatures, checkNumeric } from "../core/check.ts";
import { undecided } from "../core/distances.ts";
import { resultType } from "../core/dtype.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, densify, floatsFor, type Matrix } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { certainProduct, transposed } from "../core/products.ts";
import { transformer } from "../core/transformer.ts";
import { readPairwiseKernel } from "../read/pairwise-kernel.ts";
import { readPoints } from "../read/points.ts";
import type { State } from "../read/state.ts";

/** Random or sampled features of a kernel (sklearn.kernel_approximation). */
export const entry: Entry = {
  classes: [
    "sklearn.kernel_approximation.RBFSampler",
    "sklearn.kernel_approximation.SkewedChi2Sampler",
    "sklearn.kernel_approximation.Nystroem",
  ],
  build(state: State): Evaluator {
    return state.shortName === "Nystroem" ? nystroem(state) : fourier(state);
  },
};

function nystroem(state: State): Evaluator {
  const samples = readPoints(state, "components_");
  const features = { ...featuresOf(state), count: samples.cols };
  const kernel = readPairwiseKernel(
    state,
    "gamma",
    state.given("kernel_params") ? state.dict("kernel_params") : undefined,
  );
  const { data, shape } = state.array("normalization_", 2);
  if (shape[0] !== samples.rows || shape[1] !== samples.rows)
    throw state.malformed("normalization_", `has shape (${shape.join(", ")}) for ${samples.rows} components`);
  const weights = transposed(data, samples.rows, samples.rows);
  return transformer(state, features, (x) =>
    certainProduct(
      kernel(pointsInput(x, features, { sparse: true }), samples),
      weights,
      samples.rows,
      "A component whose terms cancel",
    ),
  );
}

interface Waves {
  readonly weights: Float64Array;
  readonly offset: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  readonly dtype: NumericDType;
}

function readWaves(state: State): Waves {
  const { data, shape, dtype } = state.array("random_weights_", 2);
  const [inputs, outputs] = shape;
  if (inputs === undefined || outputs === undefined || inputs < 1 || outputs < 1)
    throw state.malformed("random_weights_", "is empty");
  return { weights: data, offset: state.vector("random_offset_", outputs), inputs, outputs, dtype };
}

/** `cos(X @ random_weights_ + random_offset_)`, of the logarithm of X for the skewed chi². */
function fourier(state: State): Evaluator {
  const waves = readWaves(state);
  const features = { ...featuresOf(state), count: waves.inputs };
  const skewed = state.shortName === "SkewedChi2Sampler";
  const shift = skewed ? state.number("skewedness") : 0;
  return transformer(state, features, (x: Matrix): Dense => {
    checkFeatures(x, features);
    const numeric = skewed
      ? checkNumeric(x, features.className)
      : checkNumeric(x, features.className, { sparse: true });
    const dense = numeric.kind === "sparse" ? densify(numeric) : numeric;
    return project(skewed ? logOfShifted(dense, shift) : dense, waves);
  });
}

function logOfShifted(x: Dense, shift: number): Dense {
  const data = floatsFor(x.dtype, x.data.length);
  for (let i = 0; i < data.length; i++) {
    if (x.data[i]! <= -shift) throw badInput("X may not contain entries smaller than -skewedness.");
    data[i] = x.data[i]! + shift;
    data[i] = Math.log(data[i]!);
  }
  return denseOf(data, x.rows, x.cols);
}

/** The angle's rounding is the answer's, so large angles are refused. */
function project(x: Dense, waves: Waves): Dense {
  const { weights, offset, inputs, outputs } = waves;
  const type = resultType(x.dtype, waves.dtype);
  const out = floatsFor(type, x.rows * outputs);
  const single = type === "float32";
  const enough = single ? 1e-6 / 2 ** -24 : 1e-12 / Number.EPSILON;
  const scale = Math.sqrt(2 / outputs);
  for (let row = 0; row < x.rows; row++) {
    for (let k = 0; k < outputs; k++) {
      let sum = 0;
      let size = 0;
      for (let i = 0; i < inputs; i++) {
        const term = x.data[row * inputs + i]! * weights[i * outputs + k]!;
        sum += term;
        size += Math.abs(term);
      }
      if (!(size < enough)) throw undecided("A projection of values so large");
      out[row * outputs + k] = Math.cos(sum + offset[k]!) * scale;
    }
  }
  return denseOf(out, x.rows, outputs, single ? "float32" : "float64");
}
