import { argumentOf, is, mayBe } from "./calls.ts";
import { marksAmong, OUTSIDE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

export const rule: PythonRule = {
  id: "MK2008",
  name: "remote-code",
  title: { en: "Code is fetched with a model and run.", zh: "随模型获取代码并执行。" },
  severity: "high",
  cwe: "CWE-494",
  advice: {
    en: "Leave trust_remote_code off; where a model needs its own code, review it, pin its revision and keep a copy.",
    zh: "不要启用 trust_remote_code；若模型需要自带代码，应先审查、固定版本并保存副本。",
  },
  rank: 60,
  words: ["trust_remote_code", "torch.hub", "hub.load", "from torch import hub"],
  check({ calls }, report) {
    for (const call of calls) {
      const hub = call.path === "torch.hub.load" && !is(argumentOf(call, undefined, "source"), "local");
      if (!hub && !mayBe(argumentOf(call, undefined, "trust_remote_code"), true)) continue;
      report({
        at: call,
        marks: marksAmong(call.args.positional[0], OUTSIDE),
        way: call.way,
        message: hub
          ? {
              en: "torch.hub.load() runs hubconf.py of the repository that it fetches",
              zh: "torch.hub.load() 会执行所获取仓库中的 hubconf.py",
            }
          : {
              en: "trust_remote_code=True runs Python files of the repository that the model comes from",
              zh: "trust_remote_code=True 会执行模型仓库中的 Python 文件",
            },
      });
    }
  },
};
