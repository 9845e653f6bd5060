import type { Value } from "@modelkeep/formats/value";
import { malformed } from "../error.ts";
import { readNumbers } from "../read/array.ts";
import type { Points } from "../read/points.ts";
import { readRecords } from "../read/records.ts";
import { asInstance, qualified } from "../read/state.ts";
import { heapPush } from "./heap.ts";
import type { Metric } from "./metric.ts";

/** A KDTree or BallTree (sklearn/neighbors/_binary_tree.pxi): node `i` has the children `2i + 1` and `2i + 2`. */
export interface SpaceTree {
  readonly ball: boolean;
  readonly order: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly leaf: Float64Array;
  readonly radius: Float64Array;
  /** Centres of a ball tree, or lower bounds and then upper bounds of each node. */
  readonly bounds: Float64Array;
  readonly nodes: number;
}

const TREE = /^sklearn\.neighbors\._(?:kd_tree|ball_tree)\.(?:newObj|KDTree|BallTree|KDTree64|BallTree64)$/u;
const CLASSES: ReadonlyMap<string, boolean> = new Map([
  ["sklearn.neighbors._kd_tree.KDTree", false],
  ["sklearn.neighbors._kd_tree.KDTree64", false],
  ["sklearn.neighbors._ball_tree.BallTree", true],
  ["sklearn.neighbors._ball_tree.BallTree64", true],
]);

/** The tuple that `__getstate__` gives, and which tree it belongs to. */
export interface TreeState {
  readonly ball: boolean;
  readonly items: readonly Value[];
}

/** @throws {EstimatorError} `malformed` for what is no tree of scikit-learn */
export function treeState(value: Value, where: string): TreeState {
  const instance = asInstance(value, where);
  const [cls] = instance?.args ?? [];
  const name = cls?.kind === "global" ? qualified(cls) : (instance?.className ?? "");
  const ball = CLASSES.get(name);
  const state = instance?.attributes.get("__state__");
  if (
    instance === undefined ||
    !TREE.test(instance.className) ||
    ball === undefined ||
    state?.kind !== "tuple"
  )
    throw malformed(`${where} is no tree of samples`);
  return { ball, items: state.items };
}

/**
 * Reads a tree over `samples`. Everything that a search follows is checked here.
 * @throws {EstimatorError} `malformed` when it is a tree of other samples, or its nodes lead outside
 */
export function readSpaceTree(value: Value, samples: Points, where: string): SpaceTree {
  const { ball, items } = treeState(value, where);
  const array = (index: number, name: string): ReturnType<typeof readNumbers> => {
    const item = items[index];
    if (item === undefined) throw malformed(`${where} lacks its ${name}`);
    return readNumbers(item, `${where}.${name}`);
  };
  const { data } = array(0, "data");
  if (data.length !== samples.data.length || data.some((v, i) => !Object.is(v, samples.data[i])))
    throw malformed(`${where} is a tree of other samples`);
  const order = array(1, "idx_array").data;
  const seen = new Uint8Array(samples.rows);
  for (const i of order) {
    if (!(i >= 0 && i < samples.rows) || seen[i] !== 0)
      throw malformed(`${where}.idx_array is no permutation`);
    seen[i] = 1;
  }
  const nodes = readRecords(items[2] ?? { kind: "none" }, `${where}.node_data`);
  const bounds = array(3, "node_bounds");
  const tree = {
    ball,
    order,
    start: nodes.column("idx_start"),
    end: nodes.column("idx_end"),
    leaf: nodes.column("is_leaf"),
    radius: nodes.column("radius"),
    bounds: bounds.data,
    nodes: nodes.rows,
  };
  if (order.length !== samples.rows || bounds.data.length !== (ball ? 1 : 2) * nodes.rows * samples.cols)
    throw malformed(`${where} has arrays that do not fit each other`);
  checkNodes(tree, samples.rows, where);
  return tree;
}

function checkNodes(tree: SpaceTree, rows: number, where: string): void {
  let covered = 0;
  const queue = [0];
  for (const node of queue) {
    const [start, end] = [tree.start[node]!, tree.end[node]!];
    if (node >= tree.nodes || !(start >= 0 && end >= start && end <= rows))
      throw malformed(`${where}: node ${node} spans samples that there are not`);
    if (tree.leaf[node] === 0) queue.push(2 * node + 1, 2 * node + 2);
    else covered += end - start;
  }
  if (covered !== rows) throw malformed(`${where}: its leaves hold ${covered} of ${rows} samples`);
}

/** One search for the nearest, a heap: `_query_single_depthfirst`, so that of equal distances the same stay. */
export function searchTree(
  tree: SpaceTree,
  samples: Points,
  metric: Metric,
  point: Float64Array,
  k: number,
): { indices: Int32Array; reduced: Float64Array } {
  const reduced = new Float64Array(k).fill(Infinity);
  const indices = new Int32Array(k);
  const { cols } = samples;
  const bound = tree.ball ? ballBound : boxBound;
  const visit = (node: number, least: number): void => {
    if (least > reduced[0]!) return;
    if (tree.leaf[node] !== 0) {
      for (let i = tree.start[node]!; i < tree.end[node]!; i++) {
        const sample = tree.order[i]!;
        heapPush(reduced, indices, metric.reduced(point, 0, samples.data, sample * cols, cols), sample);
      }
      return;
    }
    const [left, right] = [2 * node + 1, 2 * node + 2];
    const [a, b] = [bound(tree, left, point, metric), bound(tree, right, point, metric)];
    if (a <= b) {
      visit(left, a);
      visit(right, b);
    } else {
      visit(right, b);
      visit(left, a);
    }
  };
  visit(0, bound(tree, 0, point, metric));
  return { indices, reduced };
}

function ballBound(tree: SpaceTree, node: number, point: Float64Array, metric: Metric): number {
  const cols = point.length;
  const center = metric.distance(metric.reduced(point, 0, tree.bounds, node * cols, cols));
  return metric.reduce(Math.max(0, center - tree.radius[node]!));
}

function boxBound(tree: SpaceTree, node: number, point: Float64Array, metric: Metric): number {
  const cols = point.length;
  let total = 0;
  for (let i = 0; i < cols; i++) {
    const low = tree.bounds[node * cols + i]! - point[i]!;
    const high = point[i]! - tree.bounds[(tree.nodes + node) * cols + i]!;
    const d = 0.5 * (low + Math.abs(low) + (high + Math.abs(high)));
    if (metric.name === "chebyshev") total = Math.max(total, d);
    else total += metric.name === "manhattan" ? d : d * d;
  }
  return total;
}

/** The least distance of a point to what a node may hold. */
export function leastDistance(tree: SpaceTree, node: number, point: Float64Array, metric: Metric): number {
  if (tree.ball) return metric.distance(ballBound(tree, node, point, metric));
  const cols = point.length;
  const nearest = point.map((v, i) => {
    const [low, high] = [tree.bounds[node * cols + i]!, tree.bounds[(tree.nodes + node) * cols + i]!];
    return Math.min(Math.max(v, low), high);
  });
  return metric.distance(metric.reduced(point, 0, nearest, 0, cols));
}
