import type { PythonRule } from "./rule.ts";
import { secretBinds } from "./secret-binds.ts";

export const rule: PythonRule = {
  id: "MK2204",
  name: "default-password-in-code",
  title: { en: "A password that everybody tries first is used.", zh: "使用了众所周知的默认密码。" },
  severity: "high",
  cwe: "CWE-1392",
  advice: {
    en: "Set no default: stop with an error when no password is given.",
    zh: "不要设置默认值：未提供密码时应报错退出。",
  },
  rank: 36,
  words: ["pass", "PASS", "Pass", "pwd", "PWD", "secret", "SECRET", "auth="],
  check(facts, report) {
    for (const { at, name, kind } of secretBinds(facts)) {
      if (kind !== "common") continue;
      report({
        at,
        message: {
          en: `${name} is one of the passwords that everybody tries first`,
          zh: `${name} 是最常被尝试的默认密码之一`,
        },
      });
    }
  },
};
