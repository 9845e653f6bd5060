import { describe, expect, test } from "vitest";
import { en } from "../messages/en.ts";
import type { FileReport, ModelReport } from "../report.ts";
import type { Rule } from "../rule.ts";
import { isReportFormat, loadWriter, REPORT_FORMATS, type ReportFormat } from "./load.ts";
import { humanBytes, type WriterContext } from "./writer.ts";

const RULE: Rule = {
  id: "MK1001",
  name: "process-execution",
  title: "Starts a program.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-78",
  advice: "Do not load it.",
};

const HOSTILE = `</code><script>alert(1)</script>"'|\`\`x\`[a](javascript:b) @someone =1+1 \u001b[2J\u202e`;

function report(path: string, hostile: string): FileReport {
  return {
    path,
    sha256: "ab".repeat(32),
    size: 123_456,
    format: "pickle",
    verdict: "malicious",
    admitted: false,
    coverage: { bytes: 123_456, explained: 123_456 },
    findings: [
      {
        ruleId: "MK1001",
        severity: "critical",
        message: hostile,
        location: { part: hostile, offset: 42 },
        evidence: hostile,
        cwe: "CWE-78",
        help: "Do not load it.",
      },
    ],
  };
}

const HONEST: FileReport = { ...report("good.pkl", ""), verdict: "inert", admitted: true, findings: [] };
const MODEL: ModelReport = {
  path: "m",
  kind: "mlflow-model",
  verdict: "malicious",
  admitted: false,
  findings: [],
  files: [HONEST],
};

async function render(
  format: ReportFormat,
  files: FileReport[],
  models: ModelReport[] = [],
): Promise<string> {
  const context: WriterContext = { version: "1.2.3", rules: [RULE], messages: en, color: false };
  const writer = (await loadWriter(format))(context);
  const body =
    files.map((file) => writer.file(file)).join("") + models.map((model) => writer.model(model)).join("");
  return body + writer.end();
}

describe("every format", () => {
  test.each(REPORT_FORMATS.filter(isReportFormat))("%s renders nothing, one and many", async (format) => {
    await expect(render(format, [])).resolves.toBeTypeOf("string");
    const text = await render(format, [HONEST, report("bad.pkl", "calls os.system")], [MODEL]);
    expect(text).toContain("bad.pkl".replace(".", format === "markdown" ? "\\." : "."));
    expect(text.endsWith("\n")).toBe(true);
  });

  test.each(["text", "html", "markdown"] as const)("%s lets no control character through", async (format) => {
    const text = await render(format, [report(HOSTILE, HOSTILE)]);
    expect(text).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u);
  });
});

describe("jsonl", () => {
  test("is one line a file, the report field for field", async () => {
    const files = [HONEST, report(HOSTILE, HOSTILE)];
    const lines = (await render("jsonl", files, [MODEL])).trimEnd().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(files);
  });
});

describe("json", () => {
  test("is admitted only when all is", async () => {
    expect(JSON.parse(await render("json", [HONEST]))).toMatchObject({ verdict: "inert", admitted: true });
    expect(JSON.parse(await render("json", [HONEST], [MODEL]))).toMatchObject({
      verdict: "malicious",
      admitted: false,
    });
  });
});

describe("sarif", () => {
  test("names rule, place and level of each finding", async () => {
    const document: unknown = JSON.parse(await render("sarif", [report("a dir/bad#1.pkl", "calls it")]));
    expect(document).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "modelkeep", rules: [{ id: "MK1001", name: "ProcessExecution" }] } },
          results: [
            {
              ruleId: "MK1001",
              ruleIndex: 0,
              level: "error",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "a%20dir/bad%231.pkl" },
                    region: { startLine: 1, byteOffset: 42 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  test("keeps a finding's fingerprint when only its place moves", async () => {
    const print = async (offset: number): Promise<unknown> => {
      const file = report("bad.pkl", "x");
      const findings = file.findings.map((finding) => ({ ...finding, location: { offset } }));
      return /"modelkeepFinding": "([0-9a-f]+)"/u.exec(await render("sarif", [{ ...file, findings }]))?.[1];
    };
    expect(await print(1)).toBe(await print(2));
    expect(await print(1)).toMatch(/^[0-9a-f]{32}$/u);
  });
});

describe("cyclonedx", () => {
  test("ties each vulnerability to its component", async () => {
    const document = JSON.parse(await render("cyclonedx", [HONEST, report("bad.pkl", "x")])) as {
      components: { "bom-ref": string; name: string }[];
      vulnerabilities: { affects: { ref: string }[]; cwes: number[] }[];
    };
    const refs = document.components.map((component) => component["bom-ref"]);
    expect(new Set(refs).size).toBe(2);
    expect(document.vulnerabilities).toHaveLength(1);
    expect(document.vulnerabilities[0]).toMatchObject({ cwes: [78], affects: [{ ref: refs[1] }] });
  });
});

describe("html", () => {
  test("escapes everything that came from a file", async () => {
    const page = await render("html", [report(HOSTILE, HOSTILE)]);
    expect(page).not.toContain("<script");
    expect(page).not.toMatch(/="[^"]*<\/code>/u);
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain("default-src 'none'");
  });
});

describe("markdown", () => {
  test("lets no markup out of a file's name or evidence", async () => {
    const text = await render("markdown", [report(HOSTILE, HOSTILE)]);
    // Code spans take everything literally; what is outside of them must be free of markup.
    const outside = text.replaceAll(/^ {2}``` .* ```$/gmu, "");
    expect(outside).not.toBe(text);
    expect(outside).not.toMatch(/[<>@]/u);
    expect(outside).not.toContain("](");
    for (const line of text.split("\n").filter((one) => one.startsWith("|"))) {
      expect(line.replaceAll(/\\\|/gu, "").split("|")).toHaveLength(6);
    }
  });
});

describe("text", () => {
  test("shows verdict, finding, place and what to do", async () => {
    const text = await render("text", [HONEST, report("bad.pkl", "calls os.system")]);
    expect(text.split("\n")).toEqual([
      "✔ inert         good.pkl  pickle, 121 KiB",
      "✘ malicious     bad.pkl  pickle, 121 KiB",
      "    MK1001 critical calls os.system  (calls os.system, offset 42)",
      "        calls os.system",
      "        Do not load it.",
      "",
      "2 files: 1 admitted, 1 refused",
      "",
    ]);
  });
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KiB"],
  [123_456, "121 KiB"],
  [2 ** 30, "1.0 GiB"],
  [5 * 2 ** 40, "5.0 TiB"],
])("%i bytes are %s", (bytes, shown) => {
  expect(humanBytes(bytes)).toBe(shown);
});
