import type { Severity } from "@modelkeep/findings";
import type { CallFact } from "../python/types.ts";
import { constantsOf } from "../python/value.ts";
import { argumentOf, is } from "./calls.ts";
import { marksAmong, OUTSIDE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const ALWAYS =
  /^(torch\.jit\.load|torch\.package\.PackageImporter|torch\.export\.load|torch\.load_from_checkpoint|.*\.load_from_checkpoint|torch\._C\._load_for_lite_interpreter|fairseq\.checkpoint_utils\.\w+)$/;

/** How bad a load of tensors is; undefined when it is none, or only reads tensors. */
export function loadsTensors(call: CallFact): Severity | undefined {
  if (call.path === "torch.load") {
    const only = argumentOf(call, undefined, "weights_only");
    if (only === undefined) return call.args.rest === undefined ? "medium" : undefined;
    if (is(only, true)) return undefined;
    return constantsOf(only).includes(false)
      ? "high"
      : only.refs.length === 0 || constantsOf(only).includes(null)
        ? "medium"
        : undefined;
  }
  if (!ALWAYS.test(call.path) || is(argumentOf(call, undefined, "weights_only"), true)) return undefined;
  return "medium";
}

export const rule: PythonRule = {
  id: "MK2004",
  name: "unsafe-torch-load",
  title: { en: "A PyTorch file is loaded that may run code.", zh: "加载可能执行代码的 PyTorch 文件。" },
  severity: "high",
  cwe: "CWE-502",
  advice: {
    en: "Pass weights_only=True (the default only since PyTorch 2.6), or keep weights in safetensors.",
    zh: "传入 weights_only=True（PyTorch 2.6 起才是默认值），或使用 safetensors 保存权重。",
  },
  rank: 45,
  words: ["torch", "lightning", "load_from_checkpoint"],
  check({ calls }, report) {
    for (const call of calls) {
      const severity = call.verified ? undefined : loadsTensors(call);
      if (severity === undefined) continue;
      report({
        at: call,
        severity,
        marks: marksAmong(call.args.positional[0], OUTSIDE),
        way: call.way,
        message: {
          en: `${call.path}() ${call.path === "torch.load" ? "unpickles: without weights_only=True" : "runs what the file contains: before 2.6, and wherever that is switched off,"} the file decides what is called`,
          zh: `${call.path}() 会反序列化：未设置 weights_only=True 时由文件决定执行的代码`,
        },
      });
    }
  },
};
