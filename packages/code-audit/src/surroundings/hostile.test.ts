import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProjectContext } from "../inspector.ts";
import type { FileKind } from "../model/source.ts";
import { SURROUNDINGS } from "./inspectors.ts";

const alone: ProjectContext = { files: new Set(), has: () => false, read: () => undefined };
const KINDS = [...new Set(SURROUNDINGS.flatMap(({ kinds }) => kinds))];
const YAML_KINDS: readonly FileKind[] = [
  "compose",
  "kubernetes",
  "workflow",
  "gitlab-ci",
  "conda",
  "mlmodel",
  "mlproject",
];

function inspect(kind: FileKind, text: string) {
  const said = SURROUNDINGS.filter(({ kinds }) => kinds.includes(kind)).map((one) =>
    one.inspect({ path: `x/.github/workflows/file.${kind}`, kind, text }, alone),
  );
  return { findings: said.flatMap((one) => one.findings), unaudited: said.flatMap((one) => one.unaudited) };
}

const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi".replaceAll(/./gu, (name) => {
  const before = String.fromCodePoint((name.codePointAt(0) ?? 0) - 1);
  return `${name}: &${name} [${`*${before},`.repeat(9)}]\n`;
})}services: {x: {environment: *i, command: *i, ports: *i}}\njobs: {x: {steps: *i, env: *i}}\nspec: *i\n`;

const HOSTILE: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["a mark of byte order", "\ufeffservices: {}\n"],
  ["CR LF", "services:\r\n  a:\r\n    image: x\r\n"],
  ["NUL and controls", "a: \0\u0001\n\0\0 b\n"],
  ["lone surrogates", "a: \ud800\n\udfff: b\n"],
  ["tabs in YAML", "services:\n\ta:\n\t\timage: x\n"],
  ["brackets without end", "[".repeat(200_000)],
  ["braces without end", "a: {b: ".repeat(50_000)],
  ["dashes without end", "- ".repeat(50_000)],
  ["indentation without end", Array.from({ length: 2000 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")],
  ["a bomb of aliases", BOMB],
  ["an alias to itself", "services: &s\n  a: *s\n  <<: *s\njobs: *s\n"],
  ["many documents", "---\na: 1\n".repeat(5000)],
  ["one long line", `a: ${"x".repeat(2_000_000)}\n`],
  ["quotes without end", `RUN echo '${"a\\'".repeat(20_000)}`],
  ["substitutions without end", "$(".repeat(20_000)],
  ["backslashes", "\\".repeat(100_000)],
  ["heredocs without end", "cat <<A <<B <<C\n".repeat(2000)],
  ["expressions without end", "${{ ".repeat(20_000)],
  ["templates without end", "{{ ".repeat(50_000)],
  ["addresses without end", "a://".repeat(50_000)],
  ["blanks", `a =${" ".repeat(200_000)}`],
  ["blanks without a sign", `a${" ".repeat(200_000)}b`],
  ["closed templates", `${"{{ x }} ".repeat(5000)}y\n`],
  ["slashes", `mlflow server --default-artifact-root ${"/".repeat(100_000)}x`],
  ["a path of words", `FROM a\nCOPY ${"server".repeat(20_000)} /x\n`],
  ["continued values", `a = b\n${" c d\n".repeat(50_000)}`],
  ["semicolons", `a${" ;".repeat(100_000)}b`],
  ["many settings", "PASSWORD_A=x1\n".repeat(50_000)],
  [
    "many steps",
    `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${"      - run: bandit || true\n".repeat(3000)}`,
  ],
  [
    "many services",
    `services:\n${Array.from({ length: 2000 }, (_, at) => `  s${at}:\n    image: x:1\n    command: mlflow server --host 0.0.0.0\n    ports: ['1:1']\n`).join("")}`,
  ],
  [
    "many pods",
    Array.from(
      { length: 300 },
      (_, at) =>
        `---\nkind: Pod\nmetadata: {labels: {a: b${at}}}\nspec: {containers: [{command: [mlflow, server, --host, 0.0.0.0]}]}\n`,
    ).join(""),
  ],
  ["continuations", "\\\n".repeat(50_000)],
  ["operators", "|| && ; ".repeat(20_000)],
];

describe("hostile texts", () => {
  it.each(KINDS.flatMap((kind) => HOSTILE.map(([what, text]) => [kind, what, text] as const)))(
    "%s with %s is audited or said not to be",
    (kind, _, text) => {
      const { findings, unaudited } = inspect(kind, text);
      for (const { place, evidence } of findings) {
        expect(place.line).toBeGreaterThan(0);
        expect(evidence.length).toBeLessThan(2000);
      }
      for (const { reason } of unaudited) expect(reason.zh).not.toBe("");
    },
  );

  it.each(YAML_KINDS)("%s says that it is no YAML, and is audited around that", (kind) => {
    expect(inspect(kind, "a: [1, 2\nb: 'x\n").unaudited.map(({ state }) => state)).not.toEqual([]);
  });

  it.each(YAML_KINDS)("%s too deep is said to be unread", (kind) => {
    expect(inspect(kind, "[".repeat(5000)).unaudited.map(({ state }) => state)).toEqual(["unread"]);
  });

  it.each(YAML_KINDS)("%s too large is said to be unread", (kind) => {
    expect(inspect(kind, "# x\n".repeat(1_200_000)).unaudited.map(({ state }) => state)).toEqual(["unread"]);
  });

  it("templates are said, and audited around", () => {
    const text = `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
{{- if .Values.host }}
  hostNetwork: true
{{- end }}
  containers:
    - name: a
      image: "{{ .Values.image }}:{{ .Values.tag }}"
      securityContext: {privileged: true}
`;
    const { findings, unaudited } = inspect("kubernetes", text);
    expect(findings.map(({ place, ruleId }) => `${place.line} ${ruleId}`)).toEqual(["7 MK2603", "12 MK2603"]);
    expect(unaudited.map(({ state }) => state)).toEqual(["partial"]);
  });

  it("a script is audited up to where a quote is open, and that is said", () => {
    const { findings, unaudited } = inspect("shell", "mlflow server --host 0.0.0.0\necho 'open\n");
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(["MK2601"]);
    expect(unaudited.map(({ state }) => state)).toEqual(["partial"]);
  });

  it("any text is survived by every reader", () => {
    assert(
      property(string({ unit: "binary", maxLength: 300 }), (text) =>
        KINDS.every((kind) => inspect(kind, text).findings.length >= 0),
      ),
      { numRuns: 150 },
    );
  });
});

describe("secrets", () => {
  it.each<[FileKind, string]>([
    [
      "shell",
      "export MLFLOW_TRACKING_PASSWORD=Tr4ck-the-Model\ncurl -k https://u:Tr4ck-the-Model@h.example/x",
    ],
    ["env", "MLFLOW_TRACKING_PASSWORD=Tr4ck-the-Model\nURL=postgresql://a:Tr4ck-the-Model@h/b"],
    [
      "compose",
      "services:\n  a:\n    environment: {DB_PASSWORD: Tr4ck-the-Model}\n    command: mlflow server --host 0.0.0.0 --backend-store-uri postgresql://a:Tr4ck-the-Model@h/b\n    ports: ['5000:5000']\n",
    ],
    [
      "dockerfile",
      "FROM a:1\nENV DB_PASSWORD=Tr4ck-the-Model\nCMD mlflow server --host 0.0.0.0 --backend-store-uri postgresql://a:Tr4ck-the-Model@h/b\n",
    ],
    ["ini", "[mlflow]\nadmin_password = Tr4ck-the-Model\n"],
  ])("of %s are never shown", (kind, text) => {
    const said = inspect(kind, text);
    expect(said.findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(said)).not.toContain("Tr4ck");
  });
});
