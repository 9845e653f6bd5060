import type { PythonRule } from "./rule.ts";
import { secretBinds } from "./secret-binds.ts";

export const rule: PythonRule = {
  id: "MK2203",
  name: "hardcoded-secret",
  title: { en: "A secret is written into the code.", zh: "代码中硬编码了敏感信息。" },
  severity: "high",
  cwe: "CWE-798",
  advice: {
    en: "Read it from a secret store or the environment, and renew it: it is in the history.",
    zh: "从密钥管理系统或环境变量读取，并立即轮换：它已留在历史记录中。",
  },
  rank: 35,
  words: [
    "pass",
    "PASS",
    "Pass",
    "pwd",
    "PWD",
    "secret",
    "SECRET",
    "Secret",
    "token",
    "TOKEN",
    "Token",
    "api_key",
    "API_KEY",
    "apikey",
    "ApiKey",
    "apiKey",
    "access_key",
    "ACCESS_KEY",
    "AKIA",
    "ghp_",
    "hf_",
    "sk-",
    "xox",
    "AIza",
    "PRIVATE KEY",
    "eyJ",
    "dapi",
    "glpat-",
    "credential",
    "CREDENTIAL",
    "AccountKey=",
    "auth=",
  ],
  check(facts, report) {
    for (const { at, name, kind } of secretBinds(facts)) {
      if (kind === "common") continue;
      report({
        at,
        message: {
          en: `a secret is written into the code${name === "" ? "" : ` (${name})`}: everyone who reads the code has it`,
          zh: `代码中硬编码了敏感信息${name === "" ? "" : `（${name}）`}：能读到代码的人都能得到它`,
        },
      });
    }
  },
};
