import type { Severity } from "@modelkeep/findings";
import type { CallFact, Value } from "../python/types.ts";
import { constantsOf, type Mark } from "../python/value.ts";
import { marksAmong, OUTSIDE, REMOTE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const RUNS =
  /^(eval|exec|execfile|runpy\.run_(path|module)|code\.InteractiveInterpreter\(\)\.run\w+|numexpr\.evaluate|asteval\.\w+|pandas\.eval|timeit\.timeit|builtins\.\w+)$/;
const IMPORTS =
  /^(importlib\.import_module|__import__|importlib\.__import__|pydoc\.locate|importlib\.util\.spec_from_file_location|imp\.load_source|importlib\.machinery\.SourceFileLoader|runpy\.run_path)$/;

function danger(
  call: CallFact,
): { readonly marks: readonly Mark[]; readonly severity: Severity } | undefined {
  const [code] = call.args.positional;
  if (code === undefined) return undefined;
  const marks = marksAmong(code, [...OUTSIDE, "model"]);
  if (IMPORTS.test(call.path))
    return marks.some(({ kind }) => REMOTE.includes(kind)) ? { marks, severity: "high" } : undefined;
  if (/\.(eval|query)$/.test(call.path))
    return marks.some(({ kind }) => kind === "request" || kind === "queue") &&
      /^(\?|pandas\.)/.test(call.path)
      ? { marks, severity: "high" }
      : undefined;
  if (
    call.path === "compile" ? isRun(call) || marks.length === 0 : !RUNS.test(call.path) || isTool(call, code)
  )
    return undefined;
  if (marks.length > 0)
    return {
      marks,
      severity: marks.some(({ kind }) => REMOTE.includes(kind) || kind === "model" || kind === "artifact")
        ? "high"
        : "medium",
    };
  const fixed = !code.open && code.refs.length > 0 && constantsOf(code).length === code.refs.length;
  return fixed || !/^(eval|exec)$/.test(call.path) ? undefined : { marks, severity: "medium" };
}

/** `exec(compile(…))` is said at `exec`. */
function isRun(call: CallFact): boolean {
  const outer = call.node.parent?.parent;
  return outer?.type === "call" && /^(exec|eval)$/.test(textAt(call, outer.get("function")));
}

/** A build script that reads its own version, and what only works in an interactive session. */
function isTool(call: CallFact, code: Value): boolean {
  return /(^|\/)(setup|conf)\.py$/.test(call.module.source.path) && marksAmong(code, REMOTE).length === 0;
}

function textAt(call: CallFact, node: CallFact["node"] | undefined): string {
  return node === undefined ? "" : call.module.source.text.slice(node.start, node.end);
}

export const rule: PythonRule = {
  id: "MK2302",
  name: "code-injection",
  title: { en: "Text that is not fixed is run as code.", zh: "将不固定的文本作为代码执行。" },
  severity: "high",
  cwe: "CWE-95",
  advice: {
    en: "Parse it as data (json.loads, ast.literal_eval), or look names up in a fixed table.",
    zh: "将其作为数据解析（json.loads、ast.literal_eval），或在固定表中查找名称。",
  },
  rank: 60,
  words: [
    "eval(",
    "exec(",
    "eval",
    "exec ",
    "compile(",
    "execfile",
    "runpy",
    "import_module",
    "__import__",
    "spec_from_file_location",
    "load_source",
    "SourceFileLoader",
    "locate",
  ],
  check({ calls }, report) {
    for (const call of calls) {
      const found = danger(call);
      if (found === undefined) continue;
      const from = found.marks[0]?.label;
      report({
        at: call,
        marks: found.marks,
        severity: found.severity,
        way: call.way,
        message: {
          en: `${call.path}() runs ${from === undefined ? "a text that is put together" : `what comes from outside (${from.en})`} as code`,
          zh: `${call.path}() 将${from === undefined ? "拼接的文本" : `外部内容（${from.zh}）`}作为代码执行`,
        },
      });
    }
  },
};
