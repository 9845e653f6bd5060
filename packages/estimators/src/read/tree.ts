import { MISSING_LEFT } from "../core/trees.ts";
import type { Value } from "@modelkeep/formats/value";
import type { RawTree } from "../core/trees.ts";
import { malformed } from "../error.ts";
import { readNumbers, readScalar } from "./array.ts";
import { readRecords } from "./records.ts";
import { asInstance } from "./state.ts";

/** A `sklearn.tree._tree.Tree`: nodes and, for each node, `outputs × classes` values. */
export interface FittedTree extends RawTree {
  readonly features: number;
  readonly outputs: number;
  /** Values of each output: the largest number of classes, 1 for a regressor. */
  readonly classes: number;
  /** Training samples that reached each node. */
  readonly samples: Float64Array;
}

/**
 * Reads `tree_`.
 * @throws {EstimatorError} `malformed` when arrays disagree; links are checked by `flattenTrees`
 */
export function readTree(value: Value, where: string): FittedTree {
  const tree = asInstance(value, where);
  if (tree?.className !== "sklearn.tree._tree.Tree") throw malformed(`${where} is no Tree`);
  const [features, , outputs] = tree.args.map((arg, i) =>
    i === 1 ? 0 : readScalar(arg, `${where} argument ${i}`),
  );
  const nodes = readRecords(attribute(tree.attributes, "nodes", where), `${where}.nodes`);
  const values = readNumbers(attribute(tree.attributes, "values", where), `${where}.values`);
  const [count, valueOutputs, classes] = values.shape;
  if (
    values.shape.length !== 3 ||
    count !== nodes.rows ||
    valueOutputs !== outputs ||
    classes === undefined ||
    classes < 1
  ) {
    throw malformed(
      `${where}.values has shape (${values.shape.join(", ")}) for ${nodes.rows} nodes and ${String(outputs)} outputs`,
    );
  }
  if (typeof features !== "number" || typeof outputs !== "number" || outputs < 1)
    throw malformed(`${where} has no number of features`);
  return {
    left: nodes.column("left_child"),
    right: nodes.column("right_child"),
    feature: nodes.column("feature"),
    threshold: nodes.column("threshold"),
    flags: nodes.has("missing_go_to_left")
      ? nodes.column("missing_go_to_left").map((v) => (v === 0 ? 0 : MISSING_LEFT))
      : undefined,
    values: values.data,
    features,
    outputs,
    classes,
    samples: nodes.column("n_node_samples"),
  };
}

function attribute(attributes: ReadonlyMap<string, Value>, name: string, where: string): Value {
  const value = attributes.get(name);
  if (value === undefined) throw malformed(`${where} has no ${name}`);
  return value;
}
