import { describe, expect, test } from "vitest";
import {
  array,
  bytes,
  dict,
  dtype,
  file,
  global,
  int,
  list,
  NONE,
  object,
  type Part,
  partial,
  raw,
  reduce,
  text,
  tuple,
} from "../testing/assemble.ts";
import { scanBytes } from "./scan/scan-file.ts";

/** Files of listed names only that did harm when loaded, or at the first prediction. Each was run in a sandbox once. */
function judged(...parts: readonly Part[]): { admitted: boolean; messages: string } {
  const report = scanBytes(file(...parts));
  return {
    admitted: report.admitted,
    messages: report.findings.map((finding) => finding.message).join("\n"),
  };
}

function refused(message: RegExp, ...parts: readonly Part[]): void {
  const { admitted, messages } = judged(...parts);
  expect(messages).toMatch(message);
  expect(admitted).toBe(false);
}

const TRANSFORMER = "sklearn.preprocessing._function_transformer.FunctionTransformer";
const MARKER = text("marker");

describe("what is changed after a call took it", () => {
  const DISTRIBUTION = "scipy.stats._continuous_distns.norm_gen";
  const [MEMOIZE, POP, BUILD, SETITEM, APPEND] = [0x94, 0x30, 0x62, 0x73, 0x61] as const;
  const get = (index: number): Part => raw(0x68, index);

  test("a state that a distribution executed and that was then made to look generated", () => {
    refused(
      /a dict is changed after a call took it/,
      global(DISTRIBUTION),
      raw(0x29, 0x81),
      dict({ _parse_arg_template: text("open('marker', 'w')") }),
      raw(MEMOIZE, BUILD, POP),
      get(0),
      text("_parse_arg_template"),
      text("harmless"),
      raw(SETITEM),
    );
  });

  test("a list within the arguments of a call", () => {
    refused(
      /a list is changed after a call took it/,
      global("collections.deque"),
      list(),
      raw(MEMOIZE, 0x85, 0x52, POP),
      get(0),
      int(1),
      raw(APPEND),
    );
  });

  test("an array that gets its content when it has been copied already", () => {
    const f8 = dtype("f8");
    refused(
      /a result is changed after a call took it/,
      reduce("numpy._core.multiarray._reconstruct", [global("numpy.ndarray"), tuple(int(0)), bytes("b")]),
      raw(MEMOIZE, POP),
      reduce("collections.deque", [list(get(0))]),
      raw(POP),
      get(0),
      tuple(int(1), tuple(int(1)), f8, raw(0x89), bytes(new Uint8Array(8))),
      raw(BUILD),
    );
  });

  test("but a cycle of plain objects is written like that, and admitted", () => {
    const parts = [
      global("sklearn.cluster._birch._CFNode"),
      raw(0x29, 0x81, MEMOIZE),
      dict({ prev_leaf_: object("sklearn.cluster._birch._CFNode", { next_leaf_: get(0) }) }),
      raw(BUILD),
    ];
    expect(judged(...parts)).toEqual({ admitted: true, messages: "" });
  });
});

describe("classes as values, which something calls later", () => {
  test.each([
    ["memory maps create files", "numpy.memmap"],
    ["boosters read the file that they are given", "lightgbm.basic.Booster"],
    ["boosters of the other kind too", "xgboost.core.Booster"],
    ["arrays show memory that nobody wrote", "numpy.ndarray"],
    ["sparse matrices do not look at indices", "scipy.sparse._csr.csr_matrix"],
    ["trees have no nodes yet", "sklearn.tree._tree.Tree"],
  ])("%s", (_, cls) => {
    const why = /listed as a constructor only, yet it is passed on as a value/;
    refused(why, object(TRANSFORMER, { func: global(cls), kw_args: dict({}) }));
    refused(why, object(TRANSFORMER, { func: partial(cls, [MARKER, text("u1"), text("w+")]) }));
    refused(why, list(global(cls)));
  });

  test("types of numbers stand where they are asked for", () => {
    const encoder = object("sklearn.preprocessing._encoders.OneHotEncoder", {
      dtype: global("numpy.float64"),
    });
    expect(judged(encoder)).toEqual({ admitted: true, messages: "" });
  });
});

describe("methods named by data", () => {
  const PAYLOAD = array(dtype("V8", { size: 8, order: "|" }), [1], bytes("PAYLOAD!"));

  test("a stack that calls `tofile` of an array", () => {
    const stack = { estimators_: list(PAYLOAD), stack_method_: list(text("tofile")) };
    refused(/names a method in stack_method_/, object("sklearn.ensemble._stacking.StackingRegressor", stack));
  });

  test.each([
    ["sklearn.model_selection._classification_threshold.FixedThresholdClassifier", "response_method"],
    ["sklearn.metrics._scorer._Scorer", "_response_method"],
    ["sklearn.multioutput.ClassifierChain", "chain_method_"],
  ])("%s %s", (cls, field) => {
    refused(/names a method in/, object(cls, { [field]: text("to_pickle") }));
    refused(/names a method in/, object(cls, { [field]: tuple(text("predict"), text("fit")) }));
    expect(judged(object(cls, { [field]: text("predict_proba") })).admitted).toBe(true);
  });

  test("an importance that reaches special attributes", () => {
    const selector = { importance_getter: text("__init__.__globals__") };
    refused(
      /reaches a special attribute/,
      object("sklearn.feature_selection._from_model.SelectFromModel", selector),
    );
  });

  test("a vectorizer that opens the files that its input names", () => {
    const vectorizer = object("sklearn.feature_extraction.text.CountVectorizer", { input: text("filename") });
    refused(/reads the files that its input names/, vectorizer);
  });
});

describe("functions in the place of methods", () => {
  test.each([
    ["a check of the input", "_validate_X_predict", global("numpy.multiply")],
    ["a prediction", "predict", partial("numpy.full", [int(9)])],
    ["a step", "transform", reduce("operator.itemgetter", [int(0)])],
    ["an object that can be called", "_check_n_features", object("numpy.poly1d", {})],
  ])("%s", (_, name, value) => {
    const tree = object("sklearn.tree._classes.DecisionTreeRegressor", { [name]: value });
    refused(new RegExp(`gets something to call as ${name}`), tree);
  });

  test.each([["func"], ["inverse_func"]])("but %s is for that", (name) => {
    expect(judged(object(TRANSFORMER, { [name]: global("numpy.log1p") })).admitted).toBe(true);
  });
});

describe("dtypes that make pointers of numbers", () => {
  const OBJECT = dtype("O8", { flags: 63, order: "|" });

  test("a number with a subarray of objects", () => {
    const type = dtype("f8", { flags: 63, size: 8, subarray: tuple(OBJECT, tuple(int(1))) });
    refused(/has a subarray and is no raw bytes/, array(type, [1], list(int(1))));
  });

  test("a field that overlaps one of objects", () => {
    const fields = dict({ a: tuple(OBJECT, int(0)), b: tuple(dtype("i8"), int(0)) });
    const type = dtype("V8", { flags: 63, size: 8, order: "|", names: tuple(text("a"), text("b")), fields });
    refused(/has fields that overlap/, array(type, [1], list(tuple(NONE, int(0x41414141)))));
  });

  test("a field of objects beside the names", () => {
    const fields = dict({ a: tuple(dtype("i8"), int(0)), hidden: tuple(OBJECT, int(0)) });
    const type = dtype("V8", { flags: 0, size: 8, order: "|", names: tuple(text("a")), fields });
    refused(/field of objects beside its names/, array(type, [1], bytes("AAAAAAAA")));
  });

  test("one made by NEWOBJ, which could get its fields when an array has its bytes already", () => {
    refused(/is not made by a call/, global("numpy.dtype"), tuple(text("f8")), raw(0x81));
  });

  test("but objects and numbers side by side are a record", () => {
    const fields = dict({ a: tuple(OBJECT, int(0)), b: tuple(dtype("i8"), int(8)) });
    const type = dtype("V16", {
      flags: 63,
      size: 16,
      order: "|",
      names: tuple(text("a"), text("b")),
      fields,
    });
    expect(judged(array(type, [1], list(tuple(NONE, int(1)))))).toEqual({ admitted: true, messages: "" });
  });
});

describe("native code that believes its estimator", () => {
  const NODE =
    "left_child right_child feature threshold impurity n_node_samples weighted_n_node_samples".split(" ");
  const tree = (features: number): Part => {
    const field = (name: string, at: number): Part =>
      tuple(dtype(/child|feature|^n_node/.test(name) ? "i8" : "f8"), int(at));
    const fields = dict(Object.fromEntries(NODE.map((name, i) => [name, field(name, 8 * i)])));
    const names = tuple(...NODE.map((name) => text(name)));
    const type = dtype("V56", { size: 56, order: "|", names, fields });
    const leaf = new BigInt64Array([-1n, -1n, -2n, 0n, 0n, 1n, 0n]);
    const state = dict({
      max_depth: int(0),
      node_count: int(1),
      nodes: array(type, [1], bytes(new Uint8Array(leaf.buffer))),
      values: array(dtype("f8"), [1, 1, 1], bytes(new Uint8Array(8))),
    });
    const classes = array(dtype("i8"), [1], bytes(new Uint8Array(new BigInt64Array([1n]).buffer)));
    return reduce("sklearn.tree._tree.Tree", [int(features), classes, int(1)], state);
  };
  const estimator = (more: Readonly<Record<string, Part>>): Part =>
    object("sklearn.tree._classes.DecisionTreeRegressor", { tree_: tree(2), ...more });

  test("a tree in its estimator is what it is for", () => {
    expect(judged(estimator({ n_features_in_: int(2) }))).toEqual({ admitted: true, messages: "" });
  });

  test.each([
    [
      "as a member of a voting",
      object("sklearn.ensemble._voting.VotingRegressor", { estimators_: list(tree(2)) }),
    ],
    ["as the model itself", tree(2)],
    ["under another name", estimator({ n_features_in_: int(2), other_: tree(2) })],
    ["in the tree_ of something else", object("sklearn.neighbors._kde.KernelDensity", { tree_: tree(2) })],
  ])("a tree %s is asked without a check", (_, part) => {
    refused(/stands outside of an estimator's tree_/, part);
  });

  test.each([
    ["no number", {}, /does not say its number of features/],
    ["one that is no number", { n_features_in_: text("2") }, /does not say its number of features/],
    ["two numbers, of which one is too small", { n_features_in_: int(2), n_features_: int(1) }, /asks for 1/],
  ])("%s of features leaves the check out", (_, more, message) => {
    refused(message, estimator(more));
  });

  const OBJECTS = dtype("O8", { flags: 63, order: "|" });
  const boosting = (kind: string, columns: number, more: Readonly<Record<string, Part>>): Part => {
    const trees = Array.from({ length: columns }, () => estimator({ n_features_in_: int(2) }));
    const estimators_ = array(OBJECTS, [1, columns], list(...trees));
    return object(`sklearn.ensemble._gb.${kind}`, {
      estimators_,
      n_features_in_: int(2),
      init_: text("zero"),
      ...more,
    });
  };
  const REGRESSOR = "GradientBoostingRegressor";
  const CLASSIFIER = "GradientBoostingClassifier";
  const loss = (name: string, state: Readonly<Record<string, Part>> = {}): Part =>
    object(`sklearn._loss.loss.${name}`, state);
  const dummy = (kind: string, state: Readonly<Record<string, Part>>): Part =>
    object(`sklearn.dummy.${kind}`, state);

  test("boosting with as many columns as its start is what it is for", () => {
    const parts = [
      boosting(REGRESSOR, 1, { _loss: loss("HalfSquaredError"), n_trees_per_iteration_: int(1) }),
      boosting(CLASSIFIER, 3, { _loss: loss("HalfMultinomialLoss"), n_trees_per_iteration_: int(3) }),
    ];
    expect(judged(list(...parts))).toEqual({ admitted: true, messages: "" });
  });

  test.each([
    ["more columns than it says", boosting(REGRESSOR, 3, { n_trees_per_iteration_: int(1) })],
    ["more columns than its loss has", boosting(CLASSIFIER, 3, { _loss: loss("HalfSquaredError") })],
    [
      "a loss that says so itself",
      boosting(CLASSIFIER, 3, { _loss: loss("HalfMultinomialLoss", { is_multiclass: raw(0x89) }) }),
    ],
    [
      "a start without columns",
      boosting(REGRESSOR, 1, { init_: dummy("DummyRegressor", { n_outputs_: int(0) }) }),
    ],
    [
      "a start with few classes",
      boosting(CLASSIFIER, 3, {
        init_: dummy("DummyClassifier", { n_outputs_: int(1), strategy: text("prior") }),
      }),
    ],
    ["a start that is anything", boosting(REGRESSOR, 1, { init_: object("sklearn.pipeline.Pipeline", {}) })],
    ["another kind than its class", boosting(CLASSIFIER, 3, { _estimator_type: text("regressor") })],
  ])("boosting with %s writes beyond its answer", (_, part) => {
    const { admitted, messages } = judged(part);
    expect(messages).toMatch(
      /trees in each round|another number of columns|how many columns|kind of estimator/,
    );
    expect(admitted).toBe(false);
  });
});

describe("LightGBM's text, which its library follows without a look", () => {
  const model = (children: string): Uint8Array =>
    Buffer.from(
      `tree\nversion=v4\nmax_feature_idx=1\n\nTree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature=0 1\nthreshold=0.5 0.5\ndecision_type=2 2\nleft_child=${children}\nright_child=-2 -3\nleaf_value=1 2 3\n\n\nend of trees\n`,
    );

  test("as a file of its own is admitted", () => {
    expect(scanBytes(model("1 -1"))).toMatchObject({ admitted: true, findings: [] });
  });

  test.each([
    ["outside the tree", "-90000000 -1"],
    ["in a circle", "0 -1"],
    ["by a number that each reader takes for another", "0x1 -1"],
    ["by an exponent", "1e0 -1"],
  ])("with a child %s is not", (_, children) => {
    const { admitted, findings } = scanBytes(model(children));
    expect(findings.map(({ message }) => message).join()).toMatch(/LightGBM: tree 0/);
    expect(admitted).toBe(false);
  });
});
