import { numbers, plainInput } from "../core/binary-members.ts";
import { stackDense, stackSparse } from "../core/columns.ts";
import {
  asDense,
  type Entry,
  type Evaluator,
  featuresOf,
  method,
  type Methods,
  type Nested,
  singleClasses,
} from "../core/evaluator.ts";
import { type Dense, denseOf, type Floats, type Matrix, zeros } from "../core/matrix.ts";
import { logOf } from "../core/special.ts";
import type { Method } from "../data.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";

/** Estimators each of which sees what those before it predicted (sklearn.multioutput). */
export const entry: Entry = {
  classes: ["sklearn.multioutput.ClassifierChain", "sklearn.multioutput.RegressorChain"],
  build(state: State, nested: Nested): Evaluator {
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    if (members.length === 0) throw state.malformed("estimators_", "is empty");
    const order = Array.from(state.vector("order_", members.length));
    if (
      new Set(order).size !== order.length ||
      order.some((at) => !(Number.isInteger(at) && at >= 0 && at < order.length))
    )
      throw state.malformed("order_", "is no order of the outputs");
    const features = featuresOf(state);
    const feature = state.text("chain_method_") ?? "predict";
    const plan = { members, order, feature: responses(members, feature, state) };
    const run = (name: Method): ((x: Matrix) => Dense) => {
      const answer = responses(members, name, state);
      return (x) => follow(plan, answer, plainInput(x, features, false));
    };
    const base = { className: state.className, features };
    if (state.shortName === "RegressorChain") return { ...base, methods: { predict: run("predict") } };
    const classes = members.map(singleClasses);
    return { ...base, classes, methods: classifierMethods(members, run, state.version) };
  },
};

type Response = (x: Matrix) => Floats;

interface Plan {
  readonly members: readonly Evaluator[];
  readonly order: readonly number[];
  readonly feature: readonly Response[];
}

function classifierMethods(
  members: readonly Evaluator[],
  run: (name: Method) => (x: Matrix) => Dense,
  version: number,
): Methods {
  const all = (name: Method): boolean => members.every((member) => member.methods[name] !== undefined);
  const proba = all("predict_proba") ? run("predict_proba") : undefined;
  return {
    predict: run("predict"),
    ...(proba === undefined ? {} : { predict_proba: proba }),
    ...(proba === undefined || version < 104 ? {} : { predict_log_proba: (x) => logOf(proba(x)) }),
    ...(all("decision_function") ? { decision_function: run("decision_function") } : {}),
  };
}

/** One number a row from each member: its label, its decision, or the probability of its second class. */
function responses(members: readonly Evaluator[], name: string, state: State): Response[] {
  if (name === "predict") return members.map(numbers);
  if (name !== "predict_proba" && name !== "predict_log_proba" && name !== "decision_function")
    throw state.unsupported("chain_method_", `is ${JSON.stringify(name.slice(0, 40))}`);
  return members.map((member) => {
    const call = method(member, name);
    const probability = name !== "decision_function";
    return (x) => {
      const answer = asDense(call(x), member.className);
      if (answer.cols !== (probability ? 2 : 1))
        throw badInput(`${name} of ${member.className} has ${answer.cols} columns in a chain`);
      return probability
        ? Float64Array.from({ length: x.rows }, (_, row) => answer.data[2 * row + 1]!)
        : answer.data;
    };
  });
}

function follow({ members, order, feature }: Plan, answer: readonly Response[], x: Matrix): Dense {
  const out = zeros(x.rows, members.length);
  const seen: Float64Array[] = [];
  members.forEach((_, k) => {
    const augmented = withColumns(x, seen);
    const value = answer[k]!(augmented);
    const to = order[k]!;
    for (let row = 0; row < x.rows; row++) out.data[row * members.length + to] = value[row]!;
    seen.push(Float64Array.from(feature[k]!(augmented)));
  });
  return out;
}

function withColumns(x: Matrix, seen: readonly Float64Array[]): Matrix {
  const blocks = seen.map((column) => denseOf(column, x.rows, 1));
  const wide = x.kind === "dense" ? denseOf(Float64Array.from(x.data), x.rows, x.cols) : x;
  return x.kind === "sparse"
    ? stackSparse([wide, ...blocks], x.rows, "a chain")
    : stackDense([wide, ...blocks], x.rows);
}
