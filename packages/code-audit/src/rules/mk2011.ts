import type { CallFact } from "../python/types.ts";
import { constantOf, textsOf } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import type { PythonRule } from "./rule.ts";

const LOGS = /^mlflow(\.\w+)*\.(log_model|save_model)$/;

function codeIn(call: CallFact): string | undefined {
  if (call.path === "mlflow.models.set_model") return "set_model";
  if (!LOGS.test(call.path)) return undefined;
  for (const name of ["code_paths", "code_path", "code", "loader_module"]) {
    const value = call.args.keywords.get(name);
    const [list] = value?.refs ?? [];
    if (
      value === undefined ||
      constantOf(value) === null ||
      (list?.kind === "sequence" && list.items.length === 0 && list.rest === undefined)
    )
      continue;
    return name;
  }
  for (const name of [
    "python_model",
    "lc_model",
    "chain_model",
    "model_config_path",
    "pyfunc_model",
    "llama_index_model",
    "dspy_model",
  ]) {
    if (textsOf(argumentOf(call, undefined, name)).some((text) => /\.(py|ipynb)$/.test(text)))
      return `${name} from code`;
  }
  return textsOf(call.args.positional[0]).some((text) => /\.(py|ipynb)$/.test(text))
    ? "model from code"
    : undefined;
}

export const rule: PythonRule = {
  id: "MK2011",
  name: "model-with-code",
  title: {
    en: "A model is logged together with code that runs when it is loaded.",
    zh: "记录的模型附带加载时执行的代码。",
  },
  severity: "low",
  cwe: "CWE-829",
  advice: {
    en: "Package the code with a version of its own, and sign the model.",
    zh: "将代码单独打包并固定版本，并对模型签名。",
  },
  rank: 30,
  words: ["code_path", "loader_module", "log_model", "save_model", "set_model"],
  check({ calls }, report) {
    for (const call of calls) {
      const what = codeIn(call);
      if (what === undefined) continue;
      report({
        at: call,
        way: call.way,
        message: {
          en: `${call.path}() puts code into the model (${what}), which runs wherever the model is loaded`,
          zh: `${call.path}() 将代码放入模型（${what}），加载模型时会执行`,
        },
      });
    }
  },
};
