import { checkFeatures, checkNumeric } from "../core/check.ts";
import { type Entry, type Evaluator, featuresOf, type Methods } from "../core/evaluator.ts";
import { argmaxRows, readClasses, take } from "../core/labels.ts";
import { affine, type Affine } from "../core/linear.ts";
import { type Dense, type Matrix, type Nd, type Sparse, vector } from "../core/matrix.ts";
import { bothSides, expit, logOf, mapInPlace, softmaxRows } from "../core/special.ts";
import { readNumbers } from "../read/array.ts";
import type { State } from "../read/state.ts";

/** Fully connected networks (sklearn.neural_network._multilayer_perceptron). */
export const entry: Entry = {
  classes: [
    "sklearn.neural_network._multilayer_perceptron.MLPClassifier",
    "sklearn.neural_network._multilayer_perceptron.MLPRegressor",
  ],
  build(state: State): Evaluator {
    const layers = readLayers(state);
    const hidden = activation(state, "activation");
    const output = activation(state, "out_activation_");
    const features = { ...featuresOf(state), count: layers[0]?.inputs ?? 0 };
    const forward = (x: Matrix): Dense => {
      checkFeatures(x, features);
      let value: Dense | Sparse = checkNumeric(x, features.className, { sparse: true });
      layers.forEach((layer, i) => {
        value = (i === layers.length - 1 ? output : hidden)(affine(value, layer));
      });
      return asDense(state, value);
    };
    if (state.shortName === "MLPRegressor") {
      const predict = (x: Matrix): Dense | Nd => {
        const y = forward(x);
        return y.cols === 1 ? vector(y.data) : y;
      };
      return { className: state.className, features, methods: { predict } };
    }
    const classes = readClasses(state);
    if ((layers.at(-1)?.outputs ?? 0) !== (classes.data.length === 2 ? 1 : classes.data.length)) {
      throw state.unsupported("classes_", "are not what a single-label network answers");
    }
    return { className: state.className, features, classes, methods: classification(classes, forward) };
  },
};

function asDense(state: State, value: Dense | Sparse): Dense {
  if (value.kind === "sparse") throw state.malformed("coefs_", "is empty");
  return value;
}

function classification(classes: Nd, forward: (x: Matrix) => Dense): Methods {
  const proba = (x: Matrix): Dense => {
    const y = forward(x);
    return y.cols === 1 ? bothSides(y.data) : y;
  };
  const predict = (x: Matrix): Nd => {
    const y = forward(x);
    return take(classes, y.cols === 1 ? Int32Array.from(y.data, (p) => (p > 0.5 ? 1 : 0)) : argmaxRows(y));
  };
  return { predict, predict_proba: proba, predict_log_proba: (x) => logOf(proba(x)) };
}

type Activation = (x: Dense) => Dense;

function activation(state: State, name: string): Activation {
  const each =
    (f: (v: number) => number): Activation =>
    (x) => {
      mapInPlace(x.data, f);
      return x;
    };
  switch (state.oneOf(name, ["identity", "logistic", "tanh", "relu", "softmax"])) {
    case "identity":
      return (x) => x;
    case "logistic":
      return each(expit);
    case "tanh":
      return each(Math.tanh);
    case "relu":
      return each((v) => (v > 0 || Number.isNaN(v) ? v : 0));
    case "softmax":
    default:
      return softmaxRows;
  }
}

/** `coefs_` (inputs × outputs each) and `intercepts_`, turned so that a row holds one output's weights. */
function readLayers(state: State): Affine[] {
  const intercepts = state.items("intercepts_");
  const layers = state.items("coefs_").map((value, i): Affine => {
    const { data, shape, dtype } = readNumbers(value, `${state.where("coefs_")}[${i}]`);
    const [inputs, outputs] = shape;
    const bias = intercepts[i];
    if (inputs === undefined || outputs === undefined || shape.length !== 2 || bias === undefined)
      throw state.malformed(`coefs_[${i}]`, "is no layer");
    const intercept = readNumbers(bias, `${state.where("intercepts_")}[${i}]`).data;
    if (intercept.length !== outputs)
      throw state.malformed(`intercepts_[${i}]`, `has ${intercept.length} values for ${outputs} units`);
    const weights = Float64Array.from(
      { length: data.length },
      (_, at) => data[(at % inputs) * outputs + Math.floor(at / inputs)]!,
    );
    return { weights, intercept, inputs, outputs, dtype };
  });
  if (layers.length === 0 || layers.some((layer, i) => i > 0 && layer.inputs !== layers[i - 1]?.outputs)) {
    throw state.malformed("coefs_", "do not fit one another");
  }
  return layers;
}
