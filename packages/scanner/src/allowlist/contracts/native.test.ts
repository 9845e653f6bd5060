import type { CallValue, Value } from "@modelkeep/formats";
import {
  array,
  bytes,
  call,
  dict,
  dtype,
  float,
  float64s,
  global,
  int,
  int32s,
  int64s,
  list,
  none,
  object,
  str,
  tuple,
} from "@modelkeep/testkit/graph-values";
import { array as arrayOf, assert as check, integer, property, tuple as tupleOf } from "fast-check";
import { describe, expect, test } from "vitest";
import { lookup } from "../index.ts";

function judge(value: CallValue): string | undefined {
  if (value.callee.kind !== "global") throw new Error("not a call of a global");
  const entry = lookup(value.callee.module, value.callee.name);
  if (entry?.call === undefined)
    throw new Error(`${value.callee.module}.${value.callee.name} has no contract`);
  return entry.call(value)?.reason;
}

type Node = readonly [left: number, right: number, feature: number];
const LEAF: Node = [-1, -1, -2];

function nodeArray(nodes: readonly Node[]): Value {
  const data = new DataView(new ArrayBuffer(nodes.length * 64));
  for (const [i, [left, right, feature]] of nodes.entries()) {
    data.setBigInt64(i * 64, BigInt(left), true);
    data.setBigInt64(i * 64 + 8, BigInt(right), true);
    data.setBigInt64(i * 64 + 16, BigInt(feature), true);
  }
  const source = bytes(new Uint8Array(data.buffer));
  if (source.kind !== "bytes") throw new Error("bytes");
  return {
    kind: "array",
    dtype: "|V64",
    shape: [nodes.length],
    fortran: false,
    data: source.source,
    offset: 0,
  };
}

function tree(
  nodes: readonly Node[],
  { features = 4, count = nodes.length, values = [nodes.length, 1, 1] } = {},
): CallValue {
  const cells = values.reduce((product, length) => product * length, 1);
  const state = dict({
    max_depth: int(1),
    node_count: int(count),
    nodes: nodeArray(nodes),
    values: array(dtype("f8"), values, new Uint8Array(cells * 8)),
  });
  return call("sklearn.tree._tree.Tree", [int(features), int64s(1), int(1)], { states: [state] });
}

describe("sklearn.tree._tree.Tree", () => {
  test("a tree inside itself", () => {
    expect(judge(tree([[1, 2, 3], LEAF, LEAF]))).toBeUndefined();
    expect(judge(tree([LEAF]))).toBeUndefined();
  });

  test.each([
    ["a child outside", tree([[1, 3, 0], LEAF, LEAF]), /node 0 has a child outside/],
    ["a child far outside", tree([[1, 2 ** 40, 0], LEAF, LEAF]), /child outside/],
    ["a negative child", tree([[1, -9, 0], LEAF, LEAF]), /child outside/],
    ["a cycle", tree([[1, 2, 0], [0, 2, 0], LEAF]), /child outside/],
    ["itself as its child", tree([[0, 2, 0], LEAF, LEAF]), /child outside/],
    ["half a leaf", tree([[-1, 2, 0], LEAF, LEAF]), /half a leaf/],
    ["a feature that does not exist", tree([[1, 2, 4], LEAF, LEAF]), /feature/],
    ["a negative feature", tree([[1, 2, -1], LEAF, LEAF]), /feature/],
    ["more nodes than it has", tree([LEAF], { count: 9 }), /number of nodes/],
    ["fewer values than nodes", tree([LEAF, LEAF], { values: [1, 1, 1] }), /values of another shape/],
    ["values of other classes", tree([LEAF], { values: [1, 1, 9] }), /values of another shape/],
    [
      "no state parts",
      call("sklearn.tree._tree.Tree", [int(1), int64s(1), int(1)], { states: [dict({})] }),
      /lacks nodes/,
    ],
    [
      "another number of outputs than of class counts",
      call("sklearn.tree._tree.Tree", [int(1), int64s(1), int(2)]),
      /agree/,
    ],
    [
      "nodes of another layout",
      {
        ...tree([]),
        states: [dict({ node_count: int(1), nodes: int64s(1), values: float64s([1, 1, 1], 1) })],
      },
      /another layout/,
    ],
  ])("refuses %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });

  test("every tree that is accepted ends inside itself", () => {
    const index = integer({ min: -2, max: 6 });
    check(
      property(arrayOf(tupleOf(index, index, index), { minLength: 1, maxLength: 6 }), (nodes) => {
        if (judge(tree(nodes)) !== undefined) return;
        for (const [start] of nodes.entries()) {
          let at = start;
          for (let steps = 0; ; steps++) {
            expect(steps).toBeLessThanOrEqual(nodes.length);
            const node = nodes[at];
            expect(node).toBeDefined();
            if (node === undefined || node[0] === -1) break;
            at = node[1];
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("estimators that hold trees", () => {
  const decisionTree = (asked: number, features: number) =>
    object("sklearn.tree._classes.DecisionTreeClassifier", {
      n_features_in_: int(asked),
      tree_: tree([LEAF], { features }),
    });
  const forest = (asked: number, ...members: Value[]) =>
    object("sklearn.ensemble._forest.RandomForestClassifier", {
      n_features_in_: int(asked),
      estimators_: list(...members),
    });
  const boosting = (asked: number, member: Value) =>
    object("sklearn.ensemble._gb.GradientBoostingRegressor", {
      n_features_in_: int(asked),
      estimators_: array(dtype("O8", { flags: 63 }), [1, 1], [member]),
    });

  test("ask for what their trees read", () => {
    expect(judge(decisionTree(4, 4))).toBeUndefined();
    expect(judge(forest(4, decisionTree(4, 4)))).toBeUndefined();
    expect(
      judge(object("sklearn.ensemble._forest.RandomForestClassifier", { n_estimators: int(3) })),
    ).toBeUndefined();
  });
  test.each([
    ["a tree that reads more", decisionTree(2, 4)],
    ["a forest whose member reads more", forest(2, decisionTree(2, 2), decisionTree(4, 4))],
    ["a forest whose member hides it", forest(2, decisionTree(2, 4))],
    ["boosting whose member reads more", boosting(2, decisionTree(4, 4))],
  ])("refuse %s", (_, value) => {
    expect(judge(value)).toMatch(/asks for 2 features and holds a tree that reads 4/);
  });
});

describe("scipy.sparse", () => {
  const csr = (indptr: number[], indices: number[], shape = [2, 3]) =>
    object("scipy.sparse._csr.csr_matrix", {
      _shape: tuple(...shape.map((length) => int(length))),
      indptr: int32s(...indptr),
      indices: int32s(...indices),
      data: float64s([indices.length], ...indices),
    });
  const coo = (row: number[], col: number[]) =>
    object("scipy.sparse._coo.coo_matrix", {
      _shape: tuple(int(2), int(3)),
      row: int32s(...row),
      col: int32s(...col),
      data: float64s([row.length], ...row),
    });

  test("matrices whose indices are inside", () => {
    expect(judge(csr([0, 2, 3], [0, 2, 1]))).toBeUndefined();
    expect(judge(coo([0, 1], [2, 0]))).toBeUndefined();
  });
  test.each([
    ["a column outside", csr([0, 2, 3], [0, 3, 1]), /index outside/],
    ["a negative column", csr([0, 2, 3], [0, -1, 1]), /index outside/],
    ["pointers beyond the data", csr([0, 2, 4], [0, 2, 1]), /beyond its data/],
    ["pointers that go back", csr([0, 3, 1], [0, 2, 1]), /go back/],
    ["pointers that begin late", csr([1, 2, 3], [0, 2, 1]), /row pointers than rows/],
    ["too few pointers", csr([0, 3], [0, 2, 1]), /row pointers than rows/],
    [
      "no shape",
      object("scipy.sparse._csr.csr_matrix", { indptr: int32s(0), indices: int32s(), data: float64s([0]) }),
      /lacks a shape/,
    ],
    [
      "indices that are no integers",
      object("scipy.sparse._csr.csr_matrix", {
        _shape: tuple(int(0), int(3)),
        indptr: float64s([1], 0),
        indices: int32s(),
        data: float64s([0]),
      }),
      /integers/,
    ],
    ["a coordinate outside", coo([0, 2], [2, 0]), /outside/],
    [
      "fewer coordinates than values",
      object("scipy.sparse._coo.coo_matrix", {
        _shape: tuple(int(2), int(3)),
        row: int32s(0),
        col: int32s(0, 1),
        data: float64s([2], 1, 2),
      }),
      /coordinates than of values/,
    ],
    [
      "a call of its initialiser",
      call("scipy.sparse._csr.csr_matrix", [tuple(int(2), int(3))]),
      /no arguments/,
    ],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});

describe("support vector machines", () => {
  const svc = (perClass: number[], vectors: number, more: Record<string, Value> = {}) =>
    object("sklearn.svm._classes.SVC", {
      support_: int32s(...Array.from({ length: vectors }, (_, i) => i)),
      support_vectors_: float64s([vectors, 2], ...Array.from({ length: vectors * 2 }, () => 0)),
      dual_coef_: float64s([1, vectors], ...Array.from({ length: vectors }, () => 0)),
      _n_support: int32s(...perClass),
      ...more,
    });
  test("counts that agree, or not fitted at all", () => {
    expect(judge(svc([2, 1], 3))).toBeUndefined();
    expect(judge(object("sklearn.svm._classes.SVC", { C: float(1) }))).toBeUndefined();
  });
  test.each([
    ["more vectors than there are", svc([2, 99], 3), /than its classes together/],
    ["a negative count", svc([4, -1], 3), /than its classes together/],
    ["other coefficients", svc([2, 1], 3, { dual_coef_: float64s([1, 2], 1, 2) }), /coefficients/],
    [
      "more rows of coefficients",
      svc([2, 1], 3, { dual_coef_: float64s([2, 3], 1, 2, 3, 4, 5, 6) }),
      /rows of coefficients/,
    ],
    [
      "other vectors",
      svc([2, 1], 3, { support_vectors_: float64s([1, 2], 1, 2) }),
      /vectors than of support/,
    ],
    ["no counts", svc([2, 1], 3, { _n_support: none }), /how many/],
    [
      "a precomputed kernel's index outside",
      svc([2, 1], 3, { support_vectors_: float64s([0, 0]), shape_fit_: tuple(int(2), int(2)) }),
      /outside what it was fitted/,
    ],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});

describe("space trees and distances", () => {
  const nodes = (...rows: [number, number, number][]): Value => {
    const data = new BigInt64Array(
      rows.flatMap(([start, end, leaf]) => [BigInt(start), BigInt(end), BigInt(leaf), 0n]),
    );
    const source = bytes(new Uint8Array(data.buffer));
    if (source.kind !== "bytes") throw new Error("bytes");
    return {
      kind: "array",
      dtype: "|V32",
      shape: [rows.length],
      fortran: false,
      data: source.source,
      offset: 0,
    };
  };
  const metric = call(
    "sklearn.metrics._dist_metrics.newObj",
    [global("sklearn.metrics._dist_metrics.EuclideanDistance64")],
    {
      states: [tuple(float(2), float64s([1], 0), float64s([1, 1], 0))],
    },
  );
  const kd = (
    order: number[],
    rows: [number, number, number][],
    { levels = 1, dist = metric }: { levels?: number; dist?: Value } = {},
  ) =>
    call("sklearn.neighbors._kd_tree.newObj", [global("sklearn.neighbors._kd_tree.KDTree")], {
      states: [
        tuple(
          float64s([2, 1], 1, 2),
          int64s(...order),
          nodes(...rows),
          float64s([2, rows.length, 1], ...rows.flatMap(() => [0, 0])),
          int(30),
          int(levels),
          int(rows.length),
          int(0),
          int(2),
          int(0),
          int(0),
          dist,
        ),
      ],
    });
  test("a tree of one leaf", () => {
    expect(judge(kd([1, 0], [[0, 2, 1]]))).toBeUndefined();
    expect(judge(metric)).toBeUndefined();
  });
  test.each([
    ["a sample that is not there", kd([0, 2], [[0, 2, 1]]), /orders a sample/],
    ["a negative sample", kd([0, -1], [[0, 2, 1]]), /orders a sample/],
    ["too few samples", kd([0], [[0, 2, 1]]), /number of samples/],
    ["a node beyond the samples", kd([0, 1], [[0, 3, 1]]), /spans samples/],
    ["an inner node without children", kd([0, 1], [[0, 2, 0]]), /children outside/],
    ["levels that do not fit", kd([0, 1], [[0, 2, 1]], { levels: 3 }), /than levels/],
    ["a distance that is a function", kd([0, 1], [[0, 2, 1]], { dist: global("numpy.dot") }), /no distance/],
    ["another class", call("sklearn.neighbors._kd_tree.newObj", [global("subprocess.Popen")]), /no tree/],
    [
      "a distance that is another class",
      call("sklearn.metrics._dist_metrics.newObj", [global("os.system")]),
      /no distance/,
    ],
    [
      "a class of another module",
      call("sklearn.metrics._dist_metrics.newObj", [global("evil.EuclideanDistance")]),
      /no distance/,
    ],
    [
      "an initialiser",
      call("sklearn.neighbors._kd_tree.KDTree", [float64s([1, 1], 0)]),
      /instead of being restored/,
    ],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});

describe("text in Arrow", () => {
  const restore = (offsets: number[], text: string, length = offsets.length - 1, type = "large_string") =>
    call("pyarrow.lib._restore_array", [
      tuple(
        call("pyarrow.lib.type_for_alias", [str(type)]),
        int(length),
        int(0),
        int(0),
        list(
          none,
          call("pyarrow.lib.py_buffer", [
            bytes(new Uint8Array(new BigInt64Array(offsets.map(BigInt)).buffer)),
          ]),
          call("pyarrow.lib.py_buffer", [bytes(text)]),
        ),
        list(),
        none,
      ),
    ]);
  test("offsets inside the text", () => {
    expect(judge(restore([0, 1, 3], "abc"))).toBeUndefined();
  });
  test.each([
    ["an offset beyond the text", restore([0, 1, 4], "abc"), /outside its text/],
    ["an offset that goes back", restore([0, 2, 1], "abc"), /outside its text/],
    ["a negative offset", restore([-1, 0, 1], "abc"), /outside its text/],
    ["fewer offsets than elements", restore([0, 1], "abc", 99), /fewer offsets/],
    ["another type", restore([0, 1], "abc", 1, "list"), /other than text/],
    ["another type by its name", call("pyarrow.lib.type_for_alias", [str("dictionary")]), /other than text/],
    ["an address as a buffer", call("pyarrow.lib.py_buffer", [int(4096)]), /bytes only/],
  ])("refuses %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});
