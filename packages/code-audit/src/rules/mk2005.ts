import { argumentOf, mayBe } from "./calls.ts";
import { marksAmong, OUTSIDE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const LOADS =
  /^(numpy\.(load|lib\.format\.read_array|load_npz)|cupy\.load|numpy\.lib\.npyio\.NpzFile|jax\.numpy\.load)$/;

export const rule: PythonRule = {
  id: "MK2005",
  name: "numpy-pickle",
  title: { en: "An array file may contain pickles.", zh: "数组文件允许包含 pickle 数据。" },
  severity: "high",
  cwe: "CWE-502",
  advice: {
    en: "Leave allow_pickle at its default, False, and store arrays of numbers.",
    zh: "保持 allow_pickle 的默认值 False，只保存数值数组。",
  },
  rank: 45,
  words: ["allow_pickle"],
  check({ calls }, report) {
    for (const call of calls) {
      if (call.verified || !LOADS.test(call.path) || !mayBe(argumentOf(call, 2, "allow_pickle"), true))
        continue;
      report({
        at: call,
        marks: marksAmong(call.args.positional[0], OUTSIDE),
        way: call.way,
        message: {
          en: `${call.path}() with allow_pickle=True calls whatever the file names`,
          zh: `${call.path}() 设置 allow_pickle=True 后会调用文件中指定的任意函数`,
        },
      });
    }
  },
};
