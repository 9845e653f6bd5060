import { badInput } from "../error.ts";
import { METHODS } from "../data.ts";
import { type Entry, type Evaluator, method, type Methods, type Nested } from "../core/evaluator.ts";
import type { Matrix, Result } from "../core/matrix.ts";
import type { State } from "../read/state.ts";

/** Steps one after the other (sklearn.pipeline.Pipeline). */
export const entry: Entry = {
  classes: ["sklearn.pipeline.Pipeline"],
  build(state: State, nested: Nested): Evaluator {
    const steps = state.tuples("steps", 2);
    const built = steps.flatMap(([, step], i): Evaluator[] => {
      if (step === undefined || step.kind === "none" || (step.kind === "str" && step.value === "passthrough"))
        return [];
      const where = `${state.where("steps")}[${i}]`;
      return [nested.load(step, where)];
    });
    const last = steps.at(-1)?.[1];
    const endsInPassthrough = last === undefined || last.kind === "none" || last.kind === "str";
    const before = endsInPassthrough ? built : built.slice(0, -1);
    const final = endsInPassthrough ? undefined : built.at(-1);
    const transforms = before.map((step) => method(step, "transform"));
    const through = (x: Matrix): Matrix =>
      transforms.reduce((value, transform) => asMatrix(transform(value)), x);
    return {
      className: state.className,
      features: built[0]?.features ?? { className: state.shortName },
      ...(final?.classes === undefined ? {} : { classes: final.classes }),
      methods: final === undefined ? { transform: through } : finalMethods(final, through),
    };
  },
};

function finalMethods(final: Evaluator, through: (x: Matrix) => Matrix): Methods {
  const entries = METHODS.filter((name) => name !== "kneighbors").flatMap((name) => {
    const call = final.methods[name];
    return call === undefined ? [] : [[name, (x: Matrix): Result => call(through(x))] as const];
  });
  return Object.fromEntries(entries);
}

/** What a transformer passes on. Labels (a 1-d answer) cannot feed a next step. */
export function asMatrix(result: Result): Matrix {
  if ("kind" in result && result.kind !== "nd") return result;
  throw badInput("A step's transform answered no matrix");
}
