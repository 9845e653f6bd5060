import type { CallFact } from "../python/types.ts";
import { constantOf, pathsOf, textsOf } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import type { PythonRule } from "./rule.ts";

const SECRET_FILE =
  /(^|[/\\])(\.env(\.[\w-]+)?|\.netrc|\.pgpass|\.pypirc|\.npmrc|\.git-credentials|\.htpasswd|id_(rsa|dsa|ecdsa|ed25519)|credentials(\.(json|ya?ml|ini|csv|toml))?|secrets?(\.\w+)?\.(json|ya?ml|toml|ini|env|txt)|basic_auth\.ini|kubeconfig|service[-_]?account[\w-]*\.json|client_secret[\w-]*\.json|[\w.-]+\.(pem|key|p12|pfx|jks|keystore|ppk|kdbx))$|(^|[/\\])\.(aws|ssh|kube|gnupg|docker)([/\\]|$)/i;
const SAMPLE = /\.(example|sample|template|dist)$/i;

function secretFile(call: CallFact): string | undefined {
  if (!/^mlflow\.(MlflowClient\(\)\.)?log_artifacts?$/.test(call.path)) return undefined;
  const path = argumentOf(call, call.path.includes("()") ? 1 : 0, "local_path", "local_dir");
  const named = textsOf(path).find((text) => SECRET_FILE.test(text) && !SAMPLE.test(text));
  if (named !== undefined) return named;
  const whole =
    call.path.endsWith("s") &&
    (/^(\.|\.\/|\/|~|~\/)$/.test(String(constantOf(path) ?? "")) ||
      pathsOf(path).some((one) =>
        /^(os\.getcwd|pathlib\.Path\.(cwd|home)|pathlib\.Path\.home)\(\)$/.test(one),
      ));
  return whole ? "the whole folder" : undefined;
}

export const rule: PythonRule = {
  id: "MK2202",
  name: "sensitive-artifact",
  title: { en: "A file with secrets is logged as an artifact.", zh: "将含敏感信息的文件记录为制品。" },
  severity: "high",
  cwe: "CWE-538",
  advice: {
    en: "Log the one file that is meant, and never files of credentials.",
    zh: "只记录需要的文件，不要记录凭据文件。",
  },
  rank: 60,
  words: ["log_artifact"],
  check({ calls }, report) {
    for (const call of calls) {
      const file = secretFile(call);
      if (file === undefined) continue;
      report({
        at: call,
        way: call.way,
        message: {
          en: `${call.path}() uploads ${file}, which holds credentials`,
          zh: `${call.path}() 会上传含凭据的 ${file}`,
        },
      });
    }
  },
};
