import type { Severity } from "@modelkeep/findings";
import type { CallFact, Value } from "../python/types.ts";
import { foreignBases } from "../python/attributes.ts";
import { argumentOf, is } from "./calls.ts";
import { marksAmong, OUTSIDE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const SAFE = /^(yaml|ruamel\.yaml)\.(C?SafeLoader|C?BaseLoader|RoundTripLoader)$/;
const FULL = /^yaml\.(C?FullLoader)$/;

function severityOf(call: CallFact): Severity | undefined {
  if (/^(yaml|ruamel\.yaml)\.unsafe_load(_all)?$/.test(call.path)) return "high";
  if (/^yaml\.full_load(_all)?$/.test(call.path)) return "medium";
  if (call.path === "ruamel.yaml.YAML")
    return is(argumentOf(call, undefined, "typ"), "unsafe") ? "high" : undefined;
  if (!/^(yaml|ruamel\.yaml)\.(load|load_all)$/.test(call.path)) return undefined;
  return ofLoader(argumentOf(call, 1, "Loader"), call.args.rest !== undefined);
}

function ofLoader(loader: Value | undefined, hidden: boolean): Severity | undefined {
  if (loader === undefined) return hidden ? undefined : "high";
  const paths = loader.refs.flatMap((ref) => {
    if (ref.kind === "ext") return [ref.path];
    return ref.kind === "class" ? foreignBases(ref.cls) : [];
  });
  if (paths.length > 0 && paths.every((path) => SAFE.test(path))) return undefined;
  if (paths.length > 0 && paths.every((path) => FULL.test(path))) return "medium";
  return paths.length === 0 ? undefined : "high";
}

export const rule: PythonRule = {
  id: "MK2007",
  name: "unsafe-yaml",
  title: { en: "YAML is loaded that may make any object.", zh: "加载可构造任意对象的 YAML。" },
  severity: "high",
  cwe: "CWE-502",
  advice: { en: "Use yaml.safe_load.", zh: "使用 yaml.safe_load。" },
  rank: 45,
  words: ["yaml"],
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
          en: `${call.path}() with this loader calls what tags in the text name`,
          zh: `${call.path}() 使用的加载器会调用文本标签指定的对象`,
        },
      });
    }
  },
};
