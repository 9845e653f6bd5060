import type { CallValue, Graph, Value } from "@modelkeep/formats";
import { constructedBy } from "../allowlist/contracts/call.ts";

const TREE = "sklearn.tree._tree.Tree";
const OWNER = /^sklearn\.tree\._classes\.(?:DecisionTree|ExtraTree)(?:Classifier|Regressor)$/;

/**
 * Native trees that stand elsewhere than in the `tree_` of an estimator. A tree believes its input; only the estimator
 * compares that with the number of features. As a member of a voting, say, a tree would be asked directly.
 */
export function misplacedTrees(graph: Graph): readonly CallValue[] {
  const trees = graph.calls.filter((call) => constructedBy(call) === TREE);
  if (trees.length === 0) return [];
  const wanted = new Set<Value>(trees);
  const found = new Set<CallValue>();
  const note = (value: Value): void => {
    if (value.kind === "call" && wanted.has(value)) found.add(value);
  };
  note(graph.root);
  const seen = new Set<Value>();
  const todo: Value[] = [graph.root, ...graph.calls];
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    for (const inner of held(value)) {
      note(inner);
      todo.push(inner);
    }
  }
  return [...found];
}

/** What a value holds, leaving out a tree in its own place. */
function held(value: Value): Value[] {
  switch (value.kind) {
    case "list":
    case "tuple":
    case "set":
      return [...value.items];
    case "dict":
      return value.entries.flat();
    case "array":
      return value.objects === undefined ? [] : [value.objects];
    case "call":
      return heldByCall(value);
    case "none":
    case "bool":
    case "int":
    case "float":
    case "str":
    case "bytes":
    case "global":
    case "persistent":
    case "buffer":
      return [];
    default:
      return value satisfies never;
  }
}

function heldByCall(call: CallValue): Value[] {
  const owner = OWNER.test(constructedBy(call) ?? "");
  const states = call.states.flatMap((state) => (owner ? withoutTree(state) : [state]));
  const arguments_ = call.kwargs === undefined ? [call.args] : [call.args, call.kwargs];
  return [call.callee, ...arguments_, ...states, ...call.appended, ...call.entries.flat()];
}

/** The entries of an estimator's state except its tree; the state itself is reached no other way than by taking it. */
function withoutTree(state: Value): Value[] {
  if (state.kind !== "dict") return [state];
  return state.entries.flatMap(([key, value]) =>
    key.kind === "str" && key.value === "tree_" ? [] : [key, value],
  );
}
