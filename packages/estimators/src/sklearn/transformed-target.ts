import type { Value } from "@modelkeep/formats/value";
import { asNd, type Entry, type Evaluator, method, type Nested } from "../core/evaluator.ts";
import { type Matrix, type Nd, vector } from "../core/matrix.ts";
import { badInput } from "../error.ts";
import { innerState, type State } from "../read/state.ts";
import { hasArguments, readUfunc } from "./function-transformer.ts";

type Inverse = (y: number) => number;

/** A regressor of a transformed target, transformed back (sklearn.compose._target.TransformedTargetRegressor). */
export const entry: Entry = {
  classes: ["sklearn.compose._target.TransformedTargetRegressor"],
  build(state: State, nested: Nested): Evaluator {
    const regressor = nested.load(state.value("regressor_"), state.where("regressor_"));
    if (state.int("_training_dim", 1, 32) !== 1)
      throw state.unsupported("_training_dim", "is not 1: several targets");
    const inverse = readInverse(state, state.value("transformer_"));
    const call = method(regressor, "predict");
    const predict = (x: Matrix): Nd => {
      // The inverse of the transformer wants a row, even where the regressor looks at none.
      if (x.rows < 1)
        throw badInput("Found array with 0 sample(s) (shape=(0, 1)) while a minimum of 1 is required.");
      const y = asNd(call(x), regressor.className);
      if (y.shape.length !== 1 && y.shape[1] !== 1)
        throw state.unsupported("regressor_", "answers several targets");
      if (y.dtype === "float32") return vector(Float32Array.from(y.data, (v) => inverse(Number(v))));
      return vector(Float64Array.from(y.data, (v) => inverse(Number(v))));
    };
    return { className: state.className, features: regressor.features, methods: { predict } };
  },
};

function readInverse(state: State, value: Value): Inverse {
  const inner = innerState(value, state.where("transformer_"), state.version);
  if (inner === undefined) throw state.malformed("transformer_", `is a ${value.kind}`);
  switch (inner.className) {
    case "sklearn.preprocessing._function_transformer.FunctionTransformer":
      // `dtype`, `where` or `out` of a NumPy function change its answer.
      if (hasArguments(inner, "inv_kw_args"))
        throw inner.unsupported("inv_kw_args", "is set, which is not evaluated natively");
      return inner.given("inverse_func") ? readUfunc(inner, "inverse_func") : (y) => y;
    case "sklearn.preprocessing._data.StandardScaler": {
      const scale = inner.bool("with_std") ? inner.vector("scale_", 1)[0]! : 1;
      const mean = inner.bool("with_mean") ? inner.vector("mean_", 1)[0]! : 0;
      return (y) => y * scale + mean;
    }
    case "sklearn.preprocessing._data.MinMaxScaler": {
      const scale = inner.vector("scale_", 1)[0]!;
      const min = inner.vector("min_", 1)[0]!;
      return (y) => (y - min) / scale;
    }
    default:
      throw state.unsupported(
        "transformer_",
        `is a ${inner.className}, whose inverse is not evaluated natively`,
      );
  }
}
