import type { GlobalValue, Value } from "../value.ts";
import type { NodeFunction, SkopsBuilder } from "./build.ts";
import { arguments_ } from "./nodes-general.ts";
import { field, malformed, type NodeState, objectField } from "./state.ts";

/** Nodes of `skops/io/_sklearn.py` and `_quantile_forest.py`: a fixed constructor, arguments, then a state. */
export const REDUCE_NODES: readonly (readonly [string, NodeFunction])[] = [
  ["TreeNode", fixed("sklearn.tree._tree", "Tree")],
  ["QuantileForestNode", fixed("quantile_forest._quantile_forest_fast", "QuantileForest")],
  // Until 0.10 losses were called SGDNode; both call the class that the node names.
  ["LossNode", (state, builder) => reduce(state, builder, builder.ownType(state))],
  ["SGDNode", (state, builder) => reduce(state, builder, builder.ownType(state))],
];

/** skops calls its own constructor whatever the node says; a node that says otherwise is not skops' own. */
function fixed(module: string, name: string): NodeFunction {
  return (state, builder) => {
    if (!builder.isOwnType(state, module, name))
      throw malformed(`a node that is no ${module}.${name}`, state.offset);
    return reduce(state, builder, builder.ownType(state));
  };
}

function reduce(state: NodeState, builder: SkopsBuilder, constructor: GlobalValue): Value {
  const reduced = { fields: objectField(state, "__reduce__"), offset: state.offset };
  const attributes = builder.build(field(state, "content"), state.offset);
  const args = builder.build(field(reduced, "args"), state.offset);
  const states = isEmpty(attributes) ? [] : [attributes];
  return builder.callWith(constructor, arguments_(args, state), state.offset, { states });
}

function isEmpty(value: Value): boolean {
  if (value.kind === "dict") return value.entries.length === 0;
  if (value.kind === "tuple" || value.kind === "list") return value.items.length === 0;
  return value.kind === "none";
}
