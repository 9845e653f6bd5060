import type { CallFact } from "../python/types.ts";
import { textsOf } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import type { PythonRule } from "./rule.ts";

const PICKLING =
  /^mlflow\.(sklearn|pytorch|statsmodels|pmdarima|spacy|fastai|gluon|diviner|paddle|sentence_transformers\.pickle|pyspark\.ml)\.(log_model|save_model)$/;

/** What of a call that stores a model is a pickle. */
function pickled(call: CallFact): string | undefined {
  const format = textsOf(argumentOf(call, undefined, "serialization_format"))[0] ?? "";
  if (PICKLING.test(call.path)) return /skops/i.test(format) ? undefined : "model";
  if (/^mlflow\.pyfunc\.(log_model|save_model)$/.test(call.path)) {
    const model = argumentOf(call, undefined, "python_model");
    return model === undefined || textsOf(model).length > 0 || model.refs.some((ref) => ref.kind === "const")
      ? undefined
      : "python_model";
  }
  if (/^mlflow\.(MlflowClient\(\)\.)?log_artifact$/.test(call.path)) {
    const path = argumentOf(call, call.path.includes("()") ? 1 : 0, "local_path");
    return textsOf(path).some((text) => /\.(pkl|pickle|joblib|dill|cloudpickle)$/i.test(text))
      ? "artifact"
      : undefined;
  }
  return undefined;
}

export const rule: PythonRule = {
  id: "MK2010",
  name: "pickled-model-log",
  title: { en: "A model is logged as a pickle.", zh: "以 pickle 形式记录模型。" },
  severity: "low",
  cwe: "CWE-502",
  advice: {
    en: "Log it in a format that is data where there is one (skops, ONNX, the library's own), or with SecureMLflowLogger, which signs it.",
    zh: "尽可能使用纯数据格式（skops、ONNX 或库自带格式），或使用会签名的 SecureMLflowLogger。",
  },
  rank: 20,
  words: ["log_model", "save_model", "log_artifact"],
  check({ calls }, report) {
    for (const call of calls) {
      const what = pickled(call);
      if (what === undefined) continue;
      report({
        at: call,
        way: call.way,
        message: {
          en: `${call.path}() stores a pickle (${what}): everyone who loads it runs what it contains`,
          zh: `${call.path}() 会保存 pickle（${what}）：加载者会执行其中的代码`,
        },
      });
    }
  },
};
