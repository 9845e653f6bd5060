import { badInput } from "../error.ts";
import { undecided } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Dense, denseOf, type Matrix } from "../core/matrix.ts";
import { pointsInput } from "../core/points-input.ts";
import { transformer } from "../core/transformer.ts";
import type { Points } from "../read/points.ts";
import type { State } from "../read/state.ts";

interface Sketch {
  /** `degree × inputs` places and signs. */
  readonly places: Float64Array;
  readonly signs: Float64Array;
  readonly degree: number;
  readonly inputs: number;
  readonly size: number;
}

/**
 * The polynomial kernel by tensor sketches (sklearn.kernel_approximation.PolynomialCountSketch): the circular
 * convolution of `degree` count sketches, which the library computes by Fourier transforms.
 */
export const entry: Entry = {
  classes: ["sklearn.kernel_approximation.PolynomialCountSketch"],
  build(state: State): Evaluator {
    const sketch = readSketch(state);
    const coef0 = state.number("coef0");
    const root = Math.sqrt(state.number("gamma"));
    const count = sketch.inputs - (coef0 === 0 ? 0 : 1);
    if (!(coef0 >= 0) || !(root >= 0)) throw state.unsupported("coef0", "or gamma is negative");
    const features = { ...featuresOf(state), count };
    return transformer(state, features, (x: Matrix): Dense => {
      const points = pointsInput(x, features, { sparse: true });
      if (points.dtype === "float32" && points.data.some((v) => Math.fround(v * root) !== v * root))
        throw badInput("PolynomialCountSketch of float32 is not evaluated natively: pass float64");
      return sketched(points, root, Math.sqrt(coef0), sketch);
    });
  },
};

/** Far above it the library's transforms overflow. */
const MAX_SIZE = 1e150;

function readSketch(state: State): Sketch {
  const places = state.array("indexHash_", 2);
  const signs = state.array("bitHash_", 2);
  const size = state.int("n_components", 1, 2 ** 20);
  const [degree = 0, inputs = 0] = places.shape;
  if (degree < 1 || inputs < 1 || signs.shape[0] !== degree || signs.shape[1] !== inputs)
    throw state.malformed("indexHash_", `has shape (${places.shape.join(", ")})`);
  if (degree !== state.int("degree", 1, 2 ** 16))
    throw state.malformed("degree", "is not that of indexHash_");
  if (places.data.some((v) => !Number.isInteger(v) || v < 0 || v >= size))
    throw state.malformed("indexHash_", "points outside of the components");
  return { places: places.data, signs: signs.data, degree, inputs, size };
}

function sketched(x: Points, root: number, constant: number, sketch: Sketch): Dense {
  const { size, inputs, degree } = sketch;
  const out = new Float64Array(x.rows * size);
  for (let row = 0; row < x.rows; row++) {
    let product: Float64Array | undefined;
    let bound = 1;
    for (let d = 0; d < degree; d++) {
      const counts = new Float64Array(size);
      for (let j = 0; j < inputs; j++) {
        const v = j < x.cols ? root * x.data[row * x.cols + j]! : constant;
        counts[sketch.places[d * inputs + j]!]! += sketch.signs[d * inputs + j]! * v;
      }
      bound *= counts.reduce((a, v) => a + Math.abs(v), 0);
      if (!(bound < MAX_SIZE)) throw undecided("A sketch of values so large");
      product = product === undefined ? counts : convolve(product, counts);
    }
    if (product !== undefined) out.set(product, row * size);
  }
  return denseOf(out, x.rows, size);
}

function convolve(a: Float64Array, b: Float64Array): Float64Array {
  const size = a.length;
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const v = a[i]!;
    if (v === 0) continue;
    for (let j = 0; j < size; j++) {
      const to = i + j;
      out[to < size ? to : to - size]! += v * b[j]!;
    }
  }
  return out;
}
