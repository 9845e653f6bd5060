import type { CallValue, Value } from "@modelkeep/formats";
import {
  bytes,
  call,
  dict,
  float,
  global,
  int,
  list,
  none,
  object,
  str,
  tuple,
} from "@modelkeep/testkit/graph-values";
import { describe, expect, test } from "vitest";
import { lookup } from "../index.ts";

function judge(value: CallValue): string | undefined {
  if (value.callee.kind !== "global") throw new Error("not a call of a global");
  const entry = lookup(value.callee.module, value.callee.name);
  if (entry?.call === undefined)
    throw new Error(`${value.callee.module}.${value.callee.name} has no contract`);
  return entry.call(value)?.reason;
}

const LOGISTIC = "sklearn.linear_model._logistic.LogisticRegression";

describe("plain objects", () => {
  test("attributes in one dict", () => {
    expect(judge(object(LOGISTIC, { C: float(1) }))).toBeUndefined();
    expect(
      judge(
        call("copyreg._reconstructor", [global(LOGISTIC), global("builtins.object"), none], {
          states: [dict({ C: float(1) })],
        }),
      ),
    ).toBeUndefined();
  });

  test.each([
    ["its initialiser", call(LOGISTIC, []), /initialiser/],
    ["its initialiser by INST", call(LOGISTIC, [], { via: "INST" }), /initialiser/],
    ["arguments", call(LOGISTIC, [str("l2")], { via: "NEWOBJ" }), /no arguments/],
    [
      "keyword arguments",
      call(LOGISTIC, [], { via: "NEWOBJ_EX", kwargs: dict({ C: int(1) }) }),
      /no arguments/,
    ],
    [
      "two states, of which the second calls what the first put there",
      call(LOGISTIC, [], { via: "NEWOBJ", states: [dict({ __setstate__: global("numpy.exp") }), dict({})] }),
      /more than one state/,
    ],
    ["a special attribute", object(LOGISTIC, { __reduce_ex__: global("numpy.exp") }), /special attribute/],
    ["its class changed", object(LOGISTIC, { __class__: global(LOGISTIC) }), /special attribute/],
    ["a list as its state", call(LOGISTIC, [], { via: "NEWOBJ", states: [list()] }), /instead of a dict/],
    [
      "slots that it does not have",
      call(LOGISTIC, [], { via: "NEWOBJ", states: [tuple(none, dict({}))] }),
      /instead of a dict/,
    ],
    ["items", call(LOGISTIC, [], { via: "NEWOBJ", entries: [[str("a"), int(1)]] }), /items set/],
    ["items appended", call(LOGISTIC, [], { via: "NEWOBJ", appended: [int(1)] }), /appended/],
    [
      "another base",
      call("copyreg._reconstructor", [global(LOGISTIC), global("builtins.type"), none]),
      /another base/,
    ],
    [
      "a state for its base",
      call("copyreg._reconstructor", [global(LOGISTIC), global("builtins.object"), str("x")]),
      /another base/,
    ],
    [
      "a base that is another class",
      call("copyreg._reconstructor", [global(LOGISTIC), global("subprocess.Popen"), str("id")]),
      /another base/,
    ],
    [
      "a class whose contract the old protocol would go around",
      call(
        "copyreg._reconstructor",
        [global("scipy.stats._continuous_distns.norm_gen"), global("builtins.object"), none],
        { states: [dict({ _parse_arg_template: str("import os") })] },
      ),
      /did not generate/,
    ],
    [
      "an address in the old protocol",
      call("copyreg._reconstructor", [global("lightgbm.basic.Booster"), global("builtins.object"), none], {
        states: [dict({ _handle: int(1) })],
      }),
      /address/,
    ],
    [
      "a function restored",
      call("copyreg._reconstructor", [global("numpy.exp"), global("builtins.object"), none]),
      /may be restored/,
    ],
    [
      "an unlisted class restored",
      call("copyreg._reconstructor", [global("subprocess.Popen"), global("builtins.object"), none]),
      /may be restored/,
    ],
    [
      "a function that is imported by name",
      call("numpy.core._ufunc_reconstruct", [str("os"), str("system")]),
      /on no list/,
    ],
    [
      "something unnamed restored",
      call("copyreg._reconstructor", [int(1), global("builtins.object"), none]),
      /not named/,
    ],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});

describe("Python's own", () => {
  const partial = (callee: Value, state: Value) => call("functools.partial", [callee], { states: [state] });
  const exp = global("numpy.exp");

  test.each([
    ["bytes of protocol 2", call("_codecs.encode", [str("é"), str("latin1")])],
    ["a set", call("builtins.set", [list(int(1))])],
    ["an ordered dict", call("collections.OrderedDict", [], { entries: [[str("a"), int(1)]] })],
    ["a dict of lists", call("collections.defaultdict", [global("builtins.list")])],
    ["the type of None", call("builtins.type", [none])],
    ["a partial of a listed function", partial(exp, tuple(exp, tuple(), dict({ dtype: none }), none))],
    ["a date", call("datetime.date", [bytes("\x07\xe4\x01\x02")])],
    ["a path", call("pathlib.PosixPath", [str("a"), str("b")])],
    ["a key", call("operator.itemgetter", [int(0)])],
    ["a range", call("builtins.range", [int(0), int(3), int(1)])],
  ])("accept %s", (_, value) => {
    expect(judge(value)).toBeUndefined();
  });

  test.each([
    ["another codec", call("_codecs.encode", [str("x"), str("rot13")])],
    ["a codec that decompresses", call("_codecs.encode", [bytes("x"), str("zlib")])],
    ["a class made by type", call("builtins.type", [str("X"), tuple(), dict({})])],
    ["the type of a class", call("builtins.type", [global("builtins.object")])],
    ["a factory that runs something", call("collections.defaultdict", [global("os.getcwd")])],
    ["a factory that is a result", call("collections.defaultdict", [call("functools.partial", [exp])])],
    ["a partial of a result", call("functools.partial", [call("builtins.getattr", [str("a"), str("b")])])],
    [
      "a partial that changes its function",
      partial(exp, tuple(global("os.system"), tuple(), dict({}), none)),
    ],
    ["a partial with attributes", partial(exp, tuple(exp, tuple(), dict({}), dict({ __setstate__: exp })))],
    ["a partial with arguments outside its state", call("functools.partial", [exp, int(1)])],
    ["a path of something else", call("pathlib.PosixPath", [bytes("a")])],
    ["as many bytes as a number says", call("builtins.bytearray", [int(2 ** 40)])],
    ["a zone of one's own", call("datetime.datetime", [bytes("1234567890"), call("evil.Zone", [])])],
    ["a getter of a global", call("operator.itemgetter", [global("os.system")])],
    ["a set of a global", call("builtins.set", [global("builtins.object")])],
    ["an object with arguments", call("builtins.object", [int(1)], { via: "NEWOBJ" })],
  ])("refuse %s", (_, value) => {
    expect(judge(value)).toEqual(expect.any(String));
  });
});

describe("distributions, whose state is a program", () => {
  const template = (shapes: string, body = "") =>
    `\ndef _parse_args(self, ${shapes} loc=0, scale=1):\n    return (${shapes}), loc, scale\n\ndef _parse_args_rvs(self, ${shapes} loc=0, scale=1, size=None):\n    return self._argcheck_rvs(${shapes} loc, scale, size=size)\n\ndef _parse_args_stats(self, ${shapes} loc=0, scale=1, moments='mv'):\n    return (${shapes}), loc, scale, moments\n${body}`;
  const beta = (text: Value) =>
    object("scipy.stats._continuous_distns.beta_gen", { _parse_arg_template: text });

  test("the text that SciPy generates", () => {
    expect(judge(beta(str(template("a, b, "))))).toBeUndefined();
    expect(
      judge(object("scipy.stats._continuous_distns.norm_gen", { _parse_arg_template: str(template("")) })),
    ).toBeUndefined();
  });
  test.each([
    ["another program", str("import os; os.system('id')")],
    ["a program after it", str(template("a, b, ", "import os\n"))],
    ["a default that is called", str(template("a=print(1), "))],
    ["a line in a name", str(template("a\n, "))],
    [
      "one name in one place and another in the next",
      str(template("a, ").replace("return (a, )", "return (b, )")),
    ],
    ["bytes", bytes(template("a, b, "))],
    ["no text", list()],
  ])("refuse %s", (_, text) => {
    expect(judge(beta(text))).toMatch(/SciPy did not generate/);
  });
});

describe("boosters, whose handles are native models", () => {
  const xgb = (handle: Value) => object("xgboost.core.Booster", { handle });
  const lgb = (text: Value) => object("lightgbm.basic.Booster", { _handle: text });
  const model = (fields: Record<string, string>) =>
    `tree\nversion=v4\nmax_feature_idx=3\ntree_sizes=9\n\nTree=0\n${Object.entries({
      num_leaves: "2",
      num_cat: "0",
      split_feature: "1",
      threshold: "0.5",
      decision_type: "2",
      left_child: "-1",
      right_child: "-2",
      leaf_value: "1 2",
      ...fields,
    })
      .map(([key, value]) => `${key}=${value}`)
      .join("\n")}\n\n\nend of trees\n`;

  test("models of their own formats", () => {
    expect(judge(xgb(none))).toBeUndefined();
    expect(judge(lgb(str(model({}))))).toBeUndefined();
    expect(judge(object("catboost.core.CatBoostClassifier", { __model: bytes("CBM1\x00") }))).toBeUndefined();
  });
  test.each([
    ["an address for XGBoost", xgb(int(4096)), /address/],
    ["text for XGBoost", xgb(str("{")), /address/],
    ["a broken model for XGBoost", xgb(bytes("{L\x00\x00")), /cannot be read/],
    ["another format for XGBoost", xgb(bytes("\x80\x04.")), /formats/],
    ["an address for LightGBM", lgb(int(4096)), /address/],
    [
      "an address under the old name",
      object("lightgbm.basic.Booster", { _handle: none, handle: int(1) }),
      /address/,
    ],
    ["no model of LightGBM", lgb(str("hello")), /no text of LightGBM/],
    ["a leaf outside", lgb(str(model({ left_child: "-9" }))), /child outside/],
    ["a split outside", lgb(str(model({ right_child: "7" }))), /child outside/],
    ["a split as its own child", lgb(str(model({ left_child: "0" }))), /child outside/],
    ["a feature that does not exist", lgb(str(model({ split_feature: "4" }))), /feature/],
    ["fewer leaf values than leaves", lgb(str(model({ leaf_value: "1" }))), /values than of leaves/],
    ["a linear leaf on no feature", lgb(str(model({ leaf_features: "9 " }))), /linear leaf/],
    ["a tree within a line", lgb(str(model({ feature_infos: "xTree=0" }))), /within a line/],
    ["lines that end in two ways", lgb(str(model({ threshold: "0.5\rnum_leaves=9" }))), /carriage/],
    ["two numbers of features", lgb(str(model({ max_feature_idx: "1" }))), /features once/],
    [
      "a category set that does not exist",
      lgb(str(model({ decision_type: "1", threshold: "3" }))),
      /category set/,
    ],
    ["another format for CatBoost", object("catboost.core.CatBoost", { __model: bytes("\x80\x04.") }), /cbm/],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});

describe("pandas", () => {
  test("an index, named as such", () => {
    expect(
      judge(
        call("pandas.core.indexes.base._new_Index", [
          global("pandas.RangeIndex"),
          dict({ start: int(0), stop: int(2), step: int(1) }),
        ]),
      ),
    ).toBeUndefined();
  });
  test.each([
    [
      "a class that is no index",
      call("pandas.core.indexes.base._new_Index", [global("subprocess.Popen"), dict({ args: str("id") })]),
      /no index/,
    ],
    [
      "an index of another module",
      call("pandas.core.indexes.base._new_Index", [global("evil.RangeIndex"), dict({})]),
      /no index/,
    ],
    [
      "arguments that are no dict",
      call("pandas.core.indexes.base._new_Index", [global("pandas.RangeIndex"), list()]),
      /keyword/,
    ],
    [
      "a backed array of another class",
      call("pandas._libs.arrays.__pyx_unpickle_NDArrayBacked", [global("subprocess.Popen"), int(1), none]),
      /another class/,
    ],
    [
      "a Cython state with a global",
      call("sklearn._loss._loss.__pyx_unpickle_CyHuberLoss", [
        global("sklearn._loss._loss.CyHuberLoss"),
        int(1),
        tuple(global("os.system")),
      ]),
      /tuple of data/,
    ],
    [
      "a Cython class of another name",
      call("sklearn._loss._loss.__pyx_unpickle_CyHuberLoss", [
        global("sklearn._loss._loss.CyPinballLoss"),
        int(1),
        none,
      ]),
      /another class/,
    ],
    [
      "blocks without values",
      call("pandas._libs.internals._unpickle_block", [str("x"), call("builtins.slice", []), int(2)]),
      /values/,
    ],
    [
      "more dimensions than two",
      call("pandas._libs.internals._unpickle_block", [
        call("builtins.slice", []),
        call("builtins.slice", []),
        int(9),
      ]),
      /dimensions/,
    ],
    [
      "a scalar of a global",
      call("pandas._libs.tslibs.timestamps._unpickle_timestamp", [int(1), none, global("os.system")]),
      /numbers/,
    ],
  ])("refuse %s", (_, value, reason) => {
    expect(judge(value)).toMatch(reason);
  });
});
