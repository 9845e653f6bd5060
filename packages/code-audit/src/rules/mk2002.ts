import type { CallFact } from "../python/types.ts";
import type { Value } from "../python/value.ts";
import { marksAmong, OUTSIDE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

/** What rebuilds objects and calls whatever the bytes name. */
const UNPICKLERS =
  /^(pickle\.(load|loads|Unpickler\(\)\.load)|dill\.(load|loads|load_session|load_module|load_module_asdict|Unpickler\(\)\.load)|cloudpickle\.(load|loads|Unpickler\(\)\.load)|joblib\.(load|numpy_pickle\.\w+)|pandas\.(read_pickle|io\.pickle\.read_pickle)|(geopandas|modin\.pandas|dask\.dataframe|cudf)\.read_pickle|shelve\.(open|DbfilenameShelf|Shelf)|marshal\.(load|loads)|jsonpickle\.(decode|loads|unpickler\.decode|Unpickler\(\)\.restore|unpickler\.Unpickler\(\)\.restore)|(compress_pickle|hickle|pickleshare|srsly\.pickle|zodbpickle|bloscpack)\.(load|loads|pickle_loads)|srsly\.(pickle_loads|read_pickle)|kedro\.\w+\.pickle\.\w+|numpy\.core\.multiarray\.\w*loads|sklearn\.externals\.joblib\.load|torch\.package\.PackageImporter\(\)\.load_pickle|pyspark\.(serializers|cloudpickle)\.\w*(\(\))?\.?loads|statsmodels\.\w+(\.\w+)*\.load(_pickle)?|networkx\.read_gpickle|gensim\.utils\.unpickle|pyarrow\.deserialize|distributed\.protocol\.pickle\.loads|xmlrpc\.client\.pickle\.loads)$/;

/** Whether a call unpickles something that the program did not just pickle. */
export function unpickles(call: CallFact): boolean {
  if (!UNPICKLERS.test(call.path)) return false;
  return !isRoundTrip(call.args.positional[0]) && !isRestricted(call.receiver);
}

/** `pickle.loads(pickle.dumps(x))` copies. */
function isRoundTrip(value: Value | undefined): boolean {
  return (
    value !== undefined &&
    value.refs.length > 0 &&
    value.refs.every(
      (ref) => ref.kind === "ext" && /^(pickle|dill|cloudpickle|marshal)\.dumps\(\)$/.test(ref.path),
    )
  );
}

/** An unpickler of the project whose `find_class` refuses some names. */
function isRestricted(receiver: Value | undefined): boolean {
  return (
    receiver?.refs.some((ref) => {
      const found =
        ref.kind === "ext"
          ? undefined
          : ref.kind === "instance"
            ? ref.cls.members.get("find_class")
            : undefined;
      return found?.refs.some(
        (one) =>
          one.kind === "function" &&
          /\braise\b/.test(one.fn.module.source.text.slice(one.fn.node.start, one.fn.node.end)),
      );
    }) === true
  );
}

export const rule: PythonRule = {
  id: "MK2002",
  name: "unsafe-unpickling",
  title: { en: "Bytes are unpickled that were not checked.", zh: "反序列化（pickle）未经检查的数据。" },
  severity: "high",
  cwe: "CWE-502",
  advice: {
    en: "Keep data in a format that calls nothing (JSON, Parquet, safetensors), or let Modelkeep scan the file before it is loaded.",
    zh: "使用不会执行代码的格式（JSON、Parquet、safetensors），或在加载前用 Modelkeep 扫描文件。",
  },
  rank: 40,
  words: ["pickle", "dill", "joblib", "shelve", "marshal", "PackageImporter", "statsmodels", "pyarrow"],
  check({ calls }, report) {
    for (const call of calls) {
      if (call.verified || !unpickles(call)) continue;
      const marks = marksAmong(call.args.positional[0] ?? call.receiver, OUTSIDE);
      report({
        at: call,
        marks,
        way: call.way,
        message: {
          en: `${call.path}() calls whatever its input names`,
          zh: `${call.path}() 会调用输入数据中指定的任意函数`,
        },
      });
    }
  },
};
