import { bufferSource } from "@modelkeep/bytes";
import type { ArrayField, ArrayValue, CallValue, Value } from "@modelkeep/formats/value";

/** Builders of graphs for tests: what a pickle of the same object would be read as. */
export type Plain = null | boolean | number | string | Value | readonly Plain[];

export function value(plain: Plain): Value {
  if (plain === null) return { kind: "none" };
  if (typeof plain === "boolean") return { kind: "bool", value: plain };
  if (typeof plain === "number")
    return Number.isInteger(plain) ? { kind: "int", value: plain } : { kind: "float", value: plain };
  if (typeof plain === "string") return { kind: "str", value: plain, offset: 0 };
  if (isList(plain)) return { kind: "list", items: plain.map(value), offset: 0 };
  return plain;
}

function isList(plain: Value | readonly Plain[]): plain is readonly Plain[] {
  return Array.isArray(plain);
}

export function tuple(...items: Plain[]): Value {
  return { kind: "tuple", items: items.map(value), offset: 0 };
}

export function dict(entries: Readonly<Record<string, Plain>>): Value {
  return {
    kind: "dict",
    entries: Object.entries(entries).map(([key, v]) => [value(key), value(v)]),
    offset: 0,
  };
}

/** A float64 array. */
export function array(data: readonly number[], shape: readonly number[] = [data.length]): ArrayValue {
  const bytes = new Uint8Array(Float64Array.from(data).buffer);
  return { kind: "array", dtype: "<f8", shape, fortran: false, data: bufferSource(bytes), offset: 0 };
}

/** An instance with a state dict; scikit-learn's version is added where it is not given. */
export function instance(
  className: string,
  state: Readonly<Record<string, Plain>>,
  args: Plain[] = [],
): CallValue {
  const dot = className.lastIndexOf(".");
  return {
    kind: "call",
    via: "NEWOBJ",
    callee: { kind: "global", module: className.slice(0, dot), name: className.slice(dot + 1), offset: 0 },
    args: tuple(...args),
    states: [dict({ _sklearn_version: "1.5.2", ...state })],
    appended: [],
    entries: [],
    offset: 0,
  };
}

const FIELDS: readonly ArrayField[] = [
  { name: "left_child", dtype: "<i8", offset: 0 },
  { name: "right_child", dtype: "<i8", offset: 8 },
  { name: "feature", dtype: "<i8", offset: 16 },
  { name: "threshold", dtype: "<f8", offset: 24 },
  { name: "n_node_samples", dtype: "<i8", offset: 32 },
];

export interface Node {
  readonly left: number;
  readonly right: number;
  readonly feature: number;
  readonly threshold: number;
}

/** A regressor's tree with one value a node. */
export function regressionTree(nodes: readonly Node[], values: readonly number[], features = 2): CallValue {
  const bytes = new DataView(new ArrayBuffer(nodes.length * 40));
  nodes.forEach((node, i) => {
    bytes.setBigInt64(i * 40, BigInt(node.left), true);
    bytes.setBigInt64(i * 40 + 8, BigInt(node.right), true);
    bytes.setBigInt64(i * 40 + 16, BigInt(node.feature), true);
    bytes.setFloat64(i * 40 + 24, node.threshold, true);
  });
  const records: ArrayValue = {
    kind: "array",
    dtype: "|V40",
    fields: FIELDS,
    shape: [nodes.length],
    fortran: false,
    data: bufferSource(new Uint8Array(bytes.buffer)),
    offset: 0,
  };
  const tree = instance(
    "sklearn.tree._tree.Tree",
    { nodes: records, values: array(values, [values.length, 1, 1]) },
    [features, array([1]), 1],
  );
  return instance("sklearn.tree._classes.DecisionTreeRegressor", {
    tree_: tree,
    n_features_in_: features,
    n_outputs_: 1,
    splitter: "best",
    criterion: "squared_error",
    monotonic_cst: null,
  });
}
