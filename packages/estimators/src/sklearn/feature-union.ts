import { isNumericTable, stackDense, stackSparse } from "../core/columns.ts";
import { type Entry, type Evaluator, method, type Nested } from "../core/evaluator.ts";
import type { Matrix } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";
import { asksForFrames, joinFrames } from "../output-names.ts";
import { readPrefixed, readWeights, weighted } from "./column-transformer.ts";
import { asMatrix } from "./pipeline.ts";

/** Several transformers of the same input, results side by side (sklearn.pipeline.FeatureUnion). */
export const entry: Entry = {
  classes: ["sklearn.pipeline.FeatureUnion"],
  build(state: State, nested: Nested): Evaluator {
    const weights = readWeights(state);
    const runs = state.tuples("transformer_list", 2).flatMap(([name, step], i): Run[] => {
      if (name?.kind !== "str" || step === undefined)
        throw state.malformed(`transformer_list[${i}]`, "has no name");
      if (step.kind === "str" && step.value === "drop") return [];
      const weight = weights.get(name.value);
      if (step.kind === "str" && step.value === "passthrough")
        return [{ name: name.value, run: weighted((x) => x, weight) }];
      const transform = method(nested.load(step, `${state.where("transformer_list")}[${i}]`), "transform");
      return [{ name: name.value, run: weighted((x) => asMatrix(transform(x)), weight) }];
    });
    const frames = asksForFrames(state);
    const prefixed = frames && readPrefixed(state);
    if (runs.length === 0) throw state.unsupported("transformer_list", "drops everything");
    return transformer(state, { className: state.shortName }, (x): Matrix => {
      const blocks = runs.map(({ run }) => run(x));
      if (frames) {
        const named = blocks.map((block, i) => ({ name: runs[i]?.name ?? "", block }));
        return joinFrames(named, x.rows, prefixed);
      }
      if (blocks.some((block) => block.kind === "sparse")) {
        if (blocks.some((block) => block.kind === "table" && !isNumericTable(block)))
          throw badInput("A sparse matrix beside objects: scipy.sparse has no dtype object");
        return stackSparse(blocks, x.rows, state.shortName);
      }
      return stackDense(blocks, x.rows);
    });
  },
};

interface Run {
  readonly name: string;
  readonly run: (x: Matrix) => Matrix;
}
