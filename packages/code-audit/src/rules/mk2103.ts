import { HOLE, textsOf } from "../python/value.ts";
import { passwordIn } from "./addresses.ts";
import { isPlaceholder } from "./secrets.ts";
import type { PythonRule } from "./rule.ts";
import { trackingAddresses } from "./trackers.ts";

export const rule: PythonRule = {
  id: "MK2103",
  name: "credentials-in-address",
  title: { en: "An address carries a password.", zh: "地址中包含密码。" },
  severity: "high",
  cwe: "CWE-522",
  advice: {
    en: "Give MLflow its credentials by MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or a token, from a secret store.",
    zh: "通过 MLFLOW_TRACKING_USERNAME、MLFLOW_TRACKING_PASSWORD 或令牌传递凭据，并从密钥管理系统读取。",
  },
  rank: 75,
  words: ["://"],
  check({ calls, texts }, report) {
    const message = {
      en: "the address carries a user's password: it ends up in logs, run metadata and shell histories",
      zh: "地址中带有用户密码，会出现在日志、运行元数据与命令历史中",
    };
    const said = new Set<number>();
    for (const call of calls) {
      const shapes = trackingAddresses(call).flatMap(textsOf);
      if (!shapes.some((text) => passwordIn(text) !== undefined)) continue;
      for (let at = call.node.start; at < call.node.end; at++) said.add(at);
      report({ at: call, way: call.way, message });
    }
    for (const text of texts) {
      const password = passwordIn(text.value);
      if (password === undefined || said.has(text.node.start) || text.module.test) continue;
      if (
        password.includes(HOLE) ||
        isPlaceholder(password) ||
        /[{}$<>%]/.test(password) ||
        isDocumentation(text.node)
      )
        continue;
      report({ at: text, message, way: text.way });
    }
  },
};

/** A string that is a statement is a comment in fact. */
function isDocumentation(node: { readonly parent: { readonly type: string } | undefined }): boolean {
  return node.parent?.type === "expression_statement";
}
