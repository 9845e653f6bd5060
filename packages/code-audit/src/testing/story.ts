import { readBaseline, writeBaseline } from "../baseline/baseline.ts";
import { fingerprintsOf } from "../baseline/fingerprint.ts";
import type { AuditFinding } from "../model/finding.ts";
import { LineIndex, type Place } from "../model/source.ts";
import { documentOf, type AuditDocument } from "../reports/document.ts";
import { en } from "../reports/messages/en.ts";
import { zh } from "../reports/messages/zh.ts";
import { settle } from "../settle.ts";
import { finding, report, RULES } from "./sample.ts";

/** A small project with one of everything that a report can hold. */

const APP = [
  "import mlflow",
  "from flask import request",
  "",
  "@app.post('/predict')",
  "def predict():",
  "    uri = request.args['model']",
  "    模型 = mlflow.pyfunc.load_model(uri)",
  "    return 模型.predict(request.json)",
  "",
  'PASSWORD = "hunter2-hunter2"',
  "",
].join("\n");

const NOTEBOOK = `${JSON.stringify(
  {
    cells: [
      { cell_type: "markdown", source: ["# Title\n", "text"] },
      { cell_type: "code", source: ["import mlflow\n", 'm = mlflow.pyfunc.load_model("runs:/1/m")\n', "m"] },
    ],
    nbformat: 4,
  },
  null,
  1,
)}\n`;

const WORKFLOW = "on: push\njobs:\n  a:\n    steps:\n      - uses: someone/action@main\n";

export const FILES: ReadonlyMap<string, string> = new Map([
  ["src/app.py", APP],
  ["study.ipynb", NOTEBOOK],
  [".github/workflows/ci.yml", WORKFLOW],
]);

/** The place of the first such code in one of the files. */
function at(path: string, code: string): Place {
  const text = FILES.get(path) ?? "";
  const start = text.indexOf(code);
  return new LineIndex(text).place(path, start, start + code.length);
}

const LOAD = "mlflow.pyfunc.load_model(uri)";

export const CHAIN: AuditFinding = finding({
  place: at("src/app.py", LOAD),
  evidence: LOAD,
  message: { en: "A request decides which model is loaded.", zh: "请求决定了加载哪个模型。" },
  steps: [
    {
      place: at("src/app.py", "request.args['model']"),
      message: { en: "comes in with a request", zh: "来自请求" },
    },
    { place: at("src/app.py", "uri = "), message: { en: "is kept in uri", zh: "保存在 uri 中" } },
  ],
  fix: {
    title: { en: "Load through SecureMLflowLoader.", zh: "改用 SecureMLflowLoader 加载。" },
    edits: [
      { start: 0, end: 0, text: "from modelkeep import SecureMLflowLoader\n" },
      {
        start: APP.indexOf(LOAD),
        end: APP.indexOf(LOAD) + LOAD.length,
        text: "SecureMLflowLoader().safe_load_model(uri)",
      },
    ],
  },
});

export const SECRET: AuditFinding = finding({
  ruleId: "MK2201",
  place: at("src/app.py", 'PASSWORD = "hunter2-hunter2"'),
  evidence: 'PASSWORD = "hun…"',
  message: { en: "A password stands in the code.", zh: "代码中含有密码。" },
  suggestion: {
    reason: { en: "Only you know where it should come from.", zh: "只有您知道它应来自何处。" },
    patch: 'PASSWORD = os.environ["PASSWORD"]',
  },
});

export const CELL: AuditFinding = finding({
  place: { path: "study.ipynb", line: 2, column: 5, endLine: 2, endColumn: 42, cell: 2 },
  evidence: 'mlflow.pyfunc.load_model("runs:/1/m")',
});

export const ACTION: AuditFinding = finding({
  ruleId: "MK2801",
  place: at(".github/workflows/ci.yml", "someone/action@main"),
  evidence: "someone/action@main",
  message: { en: "An action is not pinned.", zh: "Action 未固定版本。" },
});

/** The project's document: one finding silenced, one known to the baseline, one that is gone, two files not wholly audited. */
export function story(language: "en" | "zh", color = false): AuditDocument {
  const old = report([ACTION, finding({ path: "src/gone.py", evidence: "gone()" })]);
  const now = report([ACTION, SECRET, CELL], {
    suppressed: [{ finding: CHAIN, reason: "replaced in spring", expires: "2027-03-31", by: "comment" }],
    unaudited: [
      { path: "src/bad bytes.py", state: "unread", reason: { en: "it is a device", zh: "它是设备文件" } },
      {
        path: "src/app.py",
        place: at("src/app.py", "def predict():"),
        state: "partial",
        reason: { en: "a syntax error", zh: "语法错误" },
      },
    ],
  });
  const settled = settle(now, {
    rules: RULES,
    risks: [],
    today: "2026-11-25",
    audited: () => true,
    baseline: {
      source: "before.json",
      entries: readBaseline(writeBaseline(old, fingerprintsOf(old)), "before.json"),
    },
  });
  return documentFrom(settled, language, color);
}

/** A document of findings alone, with the project's files. */
export function documentWith(findings: readonly AuditFinding[], language: "en" | "zh" = "en"): AuditDocument {
  return documentFrom(
    settle(report(findings), { rules: RULES, risks: [], today: "2026-11-25", audited: () => true }),
    language,
    false,
  );
}

function documentFrom(
  settled: ReturnType<typeof settle>,
  language: "en" | "zh",
  color: boolean,
): AuditDocument {
  return documentOf(settled, {
    version: "1.2.3",
    messages: language === "en" ? en : zh,
    rules: RULES,
    read: (path) => {
      const text = FILES.get(path);
      return text === undefined ? undefined : Buffer.from(text);
    },
    color,
  });
}
