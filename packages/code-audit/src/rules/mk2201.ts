import type { CallFact, Value } from "../python/types.ts";
import { constantOf, constantsOf, deepMarks, pathsOf, textsOf } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import type { PythonRule } from "./rule.ts";
import { isIssuedSecret, isPlaceholder, isSecretName } from "./secrets.ts";

/** What is written with a run, as pairs of name and value; a table stands for all of its pairs. */
const PAIRS =
  /^mlflow\.(log_param|set_tag|set_experiment_tag|log_text|log_dict|log_metric|set_prompt_tag|set_model_version_tag|set_registered_model_tag|set_logged_model_tag)$/;
const TABLES = /^mlflow\.(log_params|set_tags|set_experiment_tags|log_inputs|set_logged_model_tags)$/;
const CLIENT_PAIRS =
  /^mlflow\.MlflowClient\(\)\.(log_param|set_tag|set_experiment_tag|set_registered_model_tag|set_model_version_tag|log_text|log_dict|update_run|set_logged_model_tags|set_terminated)$/;

/** Reason why something that a call writes is secret. */
function secretIn(call: CallFact): string | undefined {
  const { positional, keywords } = call.args;
  const client = CLIENT_PAIRS.test(call.path);
  const text = /\.log_(text|dict)$/.test(call.path);
  if (PAIRS.test(call.path) || client) {
    const own = client ? positional.slice(call.path.endsWith("model_version_tag") ? 2 : 1) : positional;
    const key = text ? undefined : (keywords.get("key") ?? own[0]);
    const value = text
      ? (keywords.get("text") ?? keywords.get("dictionary") ?? own[0])
      : (keywords.get("value") ?? own[1]);
    const file = text ? (keywords.get("artifact_file") ?? own[1]) : undefined;
    return pairSecret(key, value) ?? (isHarmless(value) ? undefined : tableSecret(value)) ?? fileSecret(file);
  }
  if (
    !TABLES.test(call.path) &&
    !/^mlflow\.(start_run|create_experiment|register_model|MlflowClient\(\)\.(create_run|create_registered_model|create_model_version|log_batch))$/.test(
      call.path,
    )
  )
    return undefined;
  const table = argumentOf(call, TABLES.test(call.path) ? 0 : undefined, "params", "tags");
  return tableSecret(table);
}

function fileSecret(file: Value | undefined): string | undefined {
  return textsOf(file).some((name) => /(^|\/)\.env(\.\w+)?$/.test(name)) ? ".env" : undefined;
}

function pairSecret(key: Value | undefined, value: Value | undefined): string | undefined {
  const name = constantsOf(key).find((one) => typeof one === "string" && isSecretName(one));
  if (isHarmless(value)) return undefined;
  if (typeof name === "string") return name;
  return valueSecret(value);
}

function valueSecret(value: Value | undefined): string | undefined {
  if (textsOf(value).some(isIssuedSecret)) return "token";
  const mark = deepMarks(value, 1).find(({ kind, safeFor }) => kind === "secret" && safeFor === undefined);
  return mark?.label.en;
}

/** A value that says nothing of the secret: masked, a number, a truth, nothing. */
function isHarmless(value: Value | undefined): boolean {
  const only = constantOf(value);
  if (typeof only === "number" || typeof only === "boolean" || only === null) return true;
  if (value?.marks.some(({ kind }) => kind === "digest") === true) return true;
  if (
    value?.refs.some(
      (ref) =>
        ref.kind === "ext" &&
        /^(len|bool|int|hash|type)\(\)$|(mask|redact|scrub|obfuscate)\w*\(\)$/i.test(ref.path),
    ) === true
  )
    return true;
  if (typeof only === "string") return isPlaceholder(only) && !/^(secret|pass)/i.test(only);
  return textsOf(value).some((text) => /\*{3}|redacted|masked/i.test(text));
}

function tableSecret(table: Value | undefined): string | undefined {
  for (const ref of table?.refs ?? []) {
    if (ref.kind === "dict") {
      for (const [name, value] of ref.items) {
        const found =
          isSecretName(name) && !isHarmless(value) ? name : (valueSecret(value) ?? tableSecret(value));
        if (found !== undefined) return found;
      }
    } else if (ref.kind === "sequence") {
      for (const item of ref.items.slice(0, 50)) {
        const found = tableSecret(item);
        if (found !== undefined) return found;
      }
    }
  }
  const all = pathsOf(table).find((path) => /^os\.environ(\.copy\(\))?$/.test(path));
  return all === undefined && !isWholeEnvironment(table) ? valueSecret(table) : "os.environ";
}

function isWholeEnvironment(table: Value | undefined): boolean {
  return (
    table?.refs.some(
      (ref) =>
        ref.kind === "dict" &&
        ref.items.size === 0 &&
        ref.rest !== undefined &&
        pathsOf(ref.rest).includes("os.environ"),
    ) === true
  );
}

export const rule: PythonRule = {
  id: "MK2201",
  name: "sensitive-log",
  title: { en: "Something secret is written with a run.", zh: "将敏感信息写入运行记录。" },
  severity: "high",
  cwe: "CWE-532",
  advice: {
    en: "Leave it out, or use SecureMLflowLogger, which finds and replaces secrets.",
    zh: "不要记录，或使用会识别并替换敏感信息的 SecureMLflowLogger。",
  },
  rank: 60,
  words: ["mlflow"],
  check({ calls }, report) {
    for (const call of calls) {
      const what = secretIn(call);
      if (what === undefined) continue;
      report({
        at: call,
        way: call.way,
        message: {
          en: `${call.path}() writes something secret (${what}) where everyone who may read the run can read it`,
          zh: `${call.path}() 将敏感信息（${what}）写入所有可读该运行的人都能看到的位置`,
        },
      });
    }
  },
};
