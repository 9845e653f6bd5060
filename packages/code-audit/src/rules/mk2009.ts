import type { CallFact } from "../python/types.ts";
import { argumentOf, is, mayBe } from "./calls.ts";
import type { PythonRule } from "./rule.ts";

function trustsAll(call: CallFact): boolean {
  if (/^skops\.io\.(load|loads)$/.test(call.path)) {
    const trusted = argumentOf(call, 1, "trusted");
    return (
      mayBe(trusted, true) ||
      trusted?.refs.some((ref) => ref.kind === "ext" && ref.path === "skops.io.get_untrusted_types()") ===
        true
    );
  }
  return (
    /^(onnxruntime\.SessionOptions\(\)\.register_custom_ops_library|onnxruntime_extensions\.\w*register\w*|torch\.ops\.load_library|tensorflow\.load_op_library|ctypes\.CDLL|torch\.classes\.load_library)$/.test(
      call.path,
    ) && !isFixed(call)
  );
}

/** A library whose name is written in the code is the code's own. */
function isFixed(call: CallFact): boolean {
  const [path] = call.args.positional;
  return call.path.startsWith("ctypes") && (path === undefined || is(path, null) || path.marks.length === 0);
}

export const rule: PythonRule = {
  id: "MK2009",
  name: "trusted-types",
  title: { en: "A guard of the loader is switched off.", zh: "关闭了加载器的防护。" },
  severity: "medium",
  cwe: "CWE-502",
  advice: {
    en: "List the types that the model needs, after reading what get_untrusted_types() says.",
    zh: "阅读 get_untrusted_types() 的结果后，逐一列出模型需要的类型。",
  },
  rank: 45,
  words: ["skops", "custom_ops", "load_library", "load_op_library", "CDLL"],
  check({ calls }, report) {
    for (const call of calls) {
      if (call.verified || !trustsAll(call)) continue;
      report({
        at: call,
        way: call.way,
        message: call.path.startsWith("skops")
          ? {
              en: `${call.path}() trusts every type that the file names`,
              zh: `${call.path}() 信任文件中的所有类型`,
            }
          : {
              en: `${call.path}() loads native code that comes with a model`,
              zh: `${call.path}() 会加载随模型提供的本机代码`,
            },
      });
    }
  },
};
