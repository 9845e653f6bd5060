import type { CallFact } from "../python/types.ts";
import type { Mark, Value } from "../python/value.ts";
import { argumentOf } from "./calls.ts";
import { marksAmong, OUTSIDE, REMOTE } from "./marks.ts";
import { loadsModel, modelArgument } from "./mk2001.ts";
import type { PythonRule } from "./rule.ts";

/** Functions that go where an address says, and which argument the address is. */
const ADDRESSES: readonly (readonly [RegExp, (call: CallFact) => readonly (Value | undefined)[]])[] = [
  [/^mlflow\.set_(tracking|registry)_uri$/, (call) => [argumentOf(call, 0, "uri")]],
  [/^mlflow\.(register_model|register_prompt)$/, (call) => [argumentOf(call, 0, "model_uri")]],
  [
    /^mlflow\.MlflowClient$/,
    (call) => [argumentOf(call, 0, "tracking_uri"), argumentOf(call, 1, "registry_uri")],
  ],
  [/^mlflow\.MlflowClient\(\)\.create_model_version$/, (call) => [argumentOf(call, 1, "source")]],
  [/^mlflow\.MlflowClient\(\)\.copy_model_version$/, (call) => [argumentOf(call, 0, "src_model_uri")]],
  [
    /^mlflow\.artifacts\.(download_artifacts|load_\w+|list_artifacts)$/,
    (call) => [argumentOf(call, 0, "artifact_uri"), argumentOf(call, undefined, "tracking_uri")],
  ],
  [
    /^mlflow\.(deployments\.get_deploy_client|projects\.run|run)$/,
    (call) => [argumentOf(call, 0, "uri", "target_uri")],
  ],
  [
    /^mlflow\.store\.artifact\.artifact_repository_registry\.get_artifact_repository$/,
    (call) => [argumentOf(call, 0, "artifact_uri")],
  ],
  [/^mlflow\.models\.(get_model_info|Model\.load)$/, (call) => [argumentOf(call, 0, "model_uri", "path")]],
];

/** The environment variable that a value was read from is where such an address belongs. */
const EXPECTED = /MLFLOW|TRACKING|REGISTRY|ARTIFACT|SERVER/;

/** Marks of the addresses that a call goes to. */
export function addressMarks(call: CallFact): readonly Mark[] {
  if (loadsModel(call))
    return marksAmong(
      modelArgument(call),
      OUTSIDE.filter((kind) => kind !== "artifact"),
    );
  const row = ADDRESSES.find(([pattern]) => pattern.test(call.path));
  if (row === undefined) return [];
  return row[1](call).flatMap((value) => [
    ...marksAmong(value, REMOTE),
    ...marksAmong(value, ["argument", "file"]),
    ...marksAmong(value, ["environment"]).filter((mark) => !EXPECTED.test(textAt(mark))),
  ]);
}

function textAt({ site }: Mark): string {
  return site.module.source.text.slice(site.node.start, site.node.start + 120).split("\n", 1)[0] ?? "";
}

export const rule: PythonRule = {
  id: "MK2101",
  name: "untrusted-address",
  title: {
    en: "Somebody else decides which model, artifact or server is used.",
    zh: "模型、制品或服务器地址由外部输入决定。",
  },
  severity: "high",
  cwe: "CWE-829",
  advice: {
    en: "Take a name from a fixed list instead of an address, and build the address from it.",
    zh: "只接受固定列表中的名称，并由名称构造地址。",
  },
  rank: 80,
  words: ["mlflow"],
  check({ calls }, report) {
    for (const call of calls) {
      const marks = addressMarks(call);
      const [worst] = marks;
      if (worst === undefined || call.verified) continue;
      report({
        at: call,
        marks,
        severity: REMOTE.includes(worst.kind) || loadsModel(call) ? "high" : "medium",
        message: {
          en: `the address that ${call.path}() goes to comes from outside (${worst.label.en})`,
          zh: `${call.path}() 使用的地址来自外部（${worst.label.zh}）`,
        },
      });
    }
  },
};
