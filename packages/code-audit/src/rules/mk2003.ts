import { loadsTensors } from "./mk2004.ts";
import { unpickles } from "./mk2002.ts";
import { everyArgument } from "./calls.ts";
import { marksAmong } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

export const rule: PythonRule = {
  id: "MK2003",
  name: "artifact-unpickling",
  title: { en: "A downloaded artifact is unpickled.", zh: "反序列化下载的制品。" },
  severity: "high",
  cwe: "CWE-502",
  advice: {
    en: "Load the model with SecureMLflowLoader, or let Modelkeep scan what was downloaded before it is loaded.",
    zh: "使用 SecureMLflowLoader 加载模型，或在加载前用 Modelkeep 扫描下载内容。",
  },
  rank: 70,
  words: ["download", "cached_path", "get_file", "load_state_dict_from_url"],
  check({ calls }, report) {
    for (const call of calls) {
      if (call.verified || !(unpickles(call) || loadsTensors(call) !== undefined)) continue;
      const marks = [...everyArgument(call), ...(call.receiver === undefined ? [] : [call.receiver])].flatMap(
        (value) => marksAmong(value, ["artifact"]),
      );
      if (marks.length === 0) continue;
      report({
        at: call,
        marks,
        message: {
          en: `${call.path}() runs what a downloaded artifact names; whoever can write to the store decides what that is`,
          zh: `${call.path}() 会执行下载制品中指定的代码，任何能写入存储的人都可以决定其内容`,
        },
      });
    }
  },
};
