import type { CallFact } from "../python/types.ts";
import { textsOf, type Value } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import type { PythonRule } from "./rule.ts";

/** Every flavor's `load_model`, and what else loads a model by its address. */
export const MODEL_LOAD =
  /^mlflow(\.\w+)*\.(load_model|load_pyfunc|spark_udf|_load_pyfunc|_load_model|_load_model_from_local_file|_load_model_or_server|_load_context_model_and_signature)$|^mlflow\.models\.(predict|build_docker|generate_dockerfile|evaluate)$|^mlflow\.(evaluate|pyfunc\.scoring_server\.\w+|pyfunc\.mlserver\.\w+|models\.cli\.\w+)$|^mlflow\.pyfunc\.backend\.PyFuncBackend\(\)\.(predict|serve)$/;

/** Whether a call loads a model by its address. */
export function loadsModel(call: CallFact): boolean {
  if (!MODEL_LOAD.test(call.path)) return isServeCommand(call);
  if (!call.path.endsWith(".evaluate")) return true;
  return textsOf(modelArgument(call)).some((text) => /^(models|runs):\//.test(text));
}

/** The address in a call that loads a model. */
export function modelArgument(call: CallFact): Value | undefined {
  const at = call.path === "mlflow.pyfunc.spark_udf" ? 1 : 0;
  return argumentOf(call, at, "model_uri", "model", "model_path", "path", "local_path");
}

/** `subprocess.run(["mlflow", "models", "serve", …])`. */
function isServeCommand(call: CallFact): boolean {
  if (!/^(subprocess\.(run|call|check_call|check_output|Popen)|os\.(system|popen))$/.test(call.path))
    return false;
  const [command] = call.args.positional;
  const [list] = command?.refs ?? [];
  const words =
    list?.kind === "sequence"
      ? list.items.flatMap((item) => textsOf(item).slice(0, 1)).join(" ")
      : (textsOf(command)[0] ?? "");
  return /\bmlflow\s+models\s+(serve|predict|build-docker)\b/.test(words);
}

export const rule: PythonRule = {
  id: "MK2001",
  name: "unsafe-model-load",
  title: { en: "A model is loaded without a check of its bytes.", zh: "加载模型前未检查其内容。" },
  severity: "high",
  cwe: "CWE-502",
  advice: {
    en: "Load it with SecureMLflowLoader, which scans and verifies the very bytes that it loads.",
    zh: "改用 SecureMLflowLoader：它会扫描并验证所加载的内容。",
  },
  rank: 50,
  words: ["mlflow"],
  check({ calls }, report) {
    for (const call of calls) {
      if (call.verified || !loadsModel(call)) continue;
      report({
        at: call,
        way: call.way,
        message: {
          en: `${call.path}() runs whatever code the model's files contain; nothing was checked before`,
          zh: `${call.path}() 会执行模型文件中的任意代码，且此前没有任何检查`,
        },
      });
    }
  },
};
