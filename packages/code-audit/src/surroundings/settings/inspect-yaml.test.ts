import { describe, expect, it } from "vitest";
import { inspectYaml, mayHoldSettings } from "./inspect-yaml.ts";

function look(text: string, path = "conf/settings.yaml"): string[] {
  return inspectYaml({ path, kind: "yaml", text }).findings.map(
    ({ place, ruleId }) => `${place.line} ${ruleId}`,
  );
}

describe("settings in YAML that says nothing of what it is", () => {
  it.each<[string, string[]]>([
    [
      "mlflow:\n  tracking_uri: http://mlflow.example.org:5000\n  password: Tr4ck-the-Model\n",
      ["2 MK2705", "3 MK2701"],
    ],
    ["db:\n  url: postgresql://mlflow:mlflow@db/mlflow\n", ["2 MK2702"]],
    ["minio:\n  secret_key: minioadmin\n", ["2 MK2702"]],
    ["servers:\n  - {host: a, api_key: a8Jq0vP3mT7xW2zR5nK9}\n", ["2 MK2701"]],
    ["tracking_uri: http://localhost:5000\npassword: ${PASSWORD}\n", []],
    ["password: Passwort\ntoken: Zeichen\n", []],
    ["password:\n  type: string\n  minLength: 8\n", []],
    ["model:\n  max_tokens: 4096\n  tokenizer: bert-base-uncased1\n", []],
    ["password_file: /run/secrets/x1\nsecret_name: mlflow-1\n", []],
  ])("%j", (text, expected) => {
    expect(look(text)).toEqual(expected);
  });

  it("translations and examples hold words", () => {
    expect(look("password: password\n", "locales/en.yml")).toEqual([]);
    expect(look("password: changeme1\n", "config.example.yaml")).toEqual([]);
    expect(look("key: AKIAIOSFODNN7EXAMPLE\n", "config.example.yaml")).toEqual(["1 MK2701"]);
  });

  it("files that cannot hold any are not parsed", () => {
    expect(mayHoldSettings(Buffer.from("a: 1\n"))).toBe(false);
    expect(mayHoldSettings(Buffer.from("password: x\n"))).toBe(true);
    expect(mayHoldSettings(Buffer.alloc(300_000, "password: x\n"))).toBe(false);
  });
});
