import type { Severity } from "@modelkeep/findings";
import type { CallFact } from "../python/types.ts";
import { textsOf } from "../python/value.ts";
import { argumentOf, mayBe } from "./calls.ts";
import { marksAmong, OUTSIDE, REMOTE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const SWITCHES = /^keras\.(config|saving|src\.saving\.serialization_lib)\.enable_unsafe_deserialization$/;
const LOADS =
  /^keras\.(models\.(load_model|model_from_json|model_from_config|clone_from_file)|saving\.(load_model|deserialize_keras_object)|layers\.(deserialize|TFSMLayer)|Model\.from_config)$/;
const GRAPHS =
  /^tensorflow\.(saved_model\.(load|load_v2|loader\.load)|keras\.models\.load_model|contrib\.saved_model\.\w+)$/;

function severityOf(call: CallFact): Severity | undefined {
  if (SWITCHES.test(call.path)) return "high";
  if (GRAPHS.test(call.path)) return "medium";
  if (!LOADS.test(call.path)) return undefined;
  if (mayBe(argumentOf(call, undefined, "safe_mode"), false)) return "high";
  const [path] = call.args.positional;
  if (!call.path.endsWith(".load_model")) return undefined;
  // The old format runs its Lambda layers whatever `safe_mode` says.
  if (textsOf(path).some((text) => /\.(h5|hdf5)$/i.test(text))) return "medium";
  return marksAmong(path, [...REMOTE, "artifact"]).length > 0 ? "high" : undefined;
}

export const rule: PythonRule = {
  id: "MK2006",
  name: "unsafe-keras-load",
  title: {
    en: "A Keras or TensorFlow model is loaded that may run code.",
    zh: "加载可能执行代码的 Keras 或 TensorFlow 模型。",
  },
  severity: "high",
  cwe: "CWE-502",
  advice: {
    en: "Use the .keras format with safe_mode left on, and let Modelkeep scan models from elsewhere.",
    zh: "使用 .keras 格式并保持 safe_mode 开启；外部模型先用 Modelkeep 扫描。",
  },
  rank: 45,
  words: ["keras", "saved_model"],
  check({ calls }, report) {
    for (const call of calls) {
      const severity = call.verified ? undefined : severityOf(call);
      if (severity === undefined) continue;
      report({
        at: call,
        severity,
        marks: marksAmong(call.args.positional[0], OUTSIDE),
        way: call.way,
        message: {
          en: `${call.path}() may run code that is in the file (Lambda layers, graph operations)`,
          zh: `${call.path}() 可能执行文件中的代码（Lambda 层、图操作）`,
        },
      });
    }
  },
};
