import type { Value } from "@modelkeep/formats/value";
import { badInput } from "../error.ts";
import { expandedDistances } from "../core/distances.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { type Matrix, vector } from "../core/matrix.ts";
import { nearestCenter } from "../core/nearest-center.ts";
import { pointsInput } from "../core/points-input.ts";
import { readNumbers } from "../read/array.ts";
import { type Points, readPoints } from "../read/points.ts";
import { innerState, type State } from "../read/state.ts";

interface Node {
  /** Of a leaf. */
  readonly label: number;
  /** Places of the children in the list; 0 for a leaf, since no child is the root. */
  left: number;
  right: number;
  /** The children's centres, one after the other. */
  centers: Points | undefined;
}

const NODE = "sklearn.cluster._bisect_k_means._BisectingTree";

/** K-means by halving: each row walks down a tree of pairs of centres (sklearn.cluster._bisect_k_means.BisectingKMeans). */
export const entry: Entry = {
  classes: ["sklearn.cluster._bisect_k_means.BisectingKMeans"],
  build(state: State): Evaluator {
    const centers = readPoints(state, "cluster_centers_");
    const features = { ...featuresOf(state), count: centers.cols };
    const nodes = readNodes(state, centers.cols);
    const read = (x: Matrix): Points => {
      const points = pointsInput(x, features, { sparse: true });
      if (points.dtype === "float32")
        throw badInput(`${state.shortName} of float32 is not evaluated natively: pass float64`);
      return points;
    };
    return {
      className: state.className,
      features,
      methods: {
        predict: (x) => {
          const points = read(x);
          if (centers.dtype === "float32")
            throw badInput(`${state.shortName} that was fitted on float32 predicts no rows natively`);
          return vector(
            Float64Array.from({ length: points.rows }, (_, row) => walk(nodes, rowOf(points, row))),
            "int32",
          );
        },
        transform: (x) => expandedDistances(read(x), centers, "The distance to a cluster"),
      },
    };
  },
};

function rowOf(x: Points, row: number): Points {
  return { ...x, data: x.data.subarray(row * x.cols, (row + 1) * x.cols), rows: 1 };
}

/** Children stand behind their parents in the list, so that every walk ends. */
function walk(nodes: readonly Node[], row: Points): number {
  let node = nodes[0];
  while (node?.centers !== undefined) {
    const [side] = nearestCenter(row, node.centers, { what: "Which cluster is nearer" });
    node = nodes[side === 0 ? node.left : node.right];
  }
  return node?.label ?? -1;
}

function readNodes(state: State, cols: number): Node[] {
  const mean = state.given("_X_mean") ? state.vector("_X_mean", cols) : undefined;
  const seen = new Set<Value>();
  const read = (value: Value): State => {
    const inner = innerState(value, state.where("_bisecting_tree"), state.version);
    if (inner?.className !== NODE || seen.has(value)) throw state.malformed("_bisecting_tree", "is no tree");
    seen.add(value);
    return inner;
  };
  const states = [read(state.value("_bisecting_tree"))];
  const nodes: Node[] = [];
  for (let i = 0; i < states.length; i++) {
    const inner = states[i]!;
    const leaf = !inner.given("left");
    const node: Node = {
      label: leaf ? inner.int("label", 0, 2 ** 31) : -1,
      left: 0,
      right: 0,
      centers: undefined,
    };
    nodes.push(node);
    if (leaf) continue;
    node.left = states.push(read(inner.value("left"))) - 1;
    node.right = states.push(read(inner.value("right"))) - 1;
    node.centers = pair(states[node.left]!, states[node.right]!, mean, cols);
  }
  return nodes;
}

function pair(left: State, right: State, mean: Float64Array | undefined, cols: number): Points {
  const data = new Float64Array(2 * cols);
  [left, right].forEach((side, s) => {
    const center = readNumbers(side.value("center"), side.where("center")).data;
    if (center.length !== cols) throw side.malformed("center", `has ${center.length} values, not ${cols}`);
    for (let i = 0; i < cols; i++) data[s * cols + i] = center[i]! + (mean?.[i] ?? 0);
  });
  return { data, rows: 2, cols, dtype: "float64", sparse: false };
}
