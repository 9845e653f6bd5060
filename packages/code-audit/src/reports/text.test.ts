import { describe, expect, it } from "vitest";
import { finding } from "../testing/sample.ts";
import { CELL, CHAIN, documentWith, SECRET, story } from "../testing/story.ts";
import { text } from "./text.ts";

const HOSTILE = `</code><script>alert(1)</script>\u001b[2J\u202e\u0000\r\n`;

describe("the text report", () => {
  it("shows a finding with its code, way, fix and what comes after", () => {
    expect(text(documentWith([CHAIN]))).toBe(`src/app.py
critical MK2001 A request decides which model is loaded. [CWE-502]
   --> src/app.py:7:10
     |
   6 |     uri = request.args['model']
   7 |     模型 = mlflow.pyfunc.load_model(uri)
     |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   8 |     return 模型.predict(request.json)
  = Way of the data
      1. comes in with a request src/app.py:6:11
      2. is kept in uri src/app.py:6:5
  = Fix: Load through SecureMLflowLoader. (modelkeep audit --fix mends this)
      @@ -1,2 +1,3 @@
      +from modelkeep import SecureMLflowLoader
       import mlflow
       from flask import request
      @@ -5,5 +6,5 @@
       def predict():
           uri = request.args['model']
      -    模型 = mlflow.pyfunc.load_model(uri)
      +    模型 = SecureMLflowLoader().safe_load_model(uri)
           return 模型.predict(request.json)
       

1 finding in 3 files, 120 lines audited: 1 critical
Security score: 49 / 100
`);
  });

  it("is Chinese where it was asked to be, and mixes no sentence", () => {
    const shown = text(documentWith([SECRET], "zh"));
    expect(shown).toContain("高危 MK2201 代码中含有密码。");
    expect(shown).toContain("需人工处理：只有您知道它应来自何处。");
    expect(shown).toContain("发现 1 个问题，共审计 3 个文件、120 行：高危 1");
    expect(shown).not.toMatch(/Only you|By hand|audited|score/u);
  });

  it("shows the line of a cell", () => {
    expect(text(documentWith([CELL]))).toContain("study.ipynb:cell 2:2:5\n");
  });

  it("shows no secret that the audit hid, in no finding's neighbourhood", () => {
    const place = { path: "src/app.py", line: 8, column: 5, endLine: 8, endColumn: 11 };
    const shown = text(documentWith([finding({ place, evidence: "return" }), SECRET]));
    expect(shown).toContain('10 | PASSWORD = "hun…"');
    expect(shown).not.toContain("hunter2-hunter2");
  });

  it("shows nothing of a stretch that two findings hide, each its own part", () => {
    const place = { path: "src/app.py", line: 8, column: 5, endLine: 10, endColumn: 4 };
    const shown = text(documentWith([finding({ place, evidence: "something else" }), SECRET]));
    expect(shown).not.toMatch(/hunter2|_SWORD = |…SWORD/u);
  });

  it("shows no diff that would hold a secret", () => {
    const edits = [
      { start: 0, end: 0, text: "x" },
      { start: 150, end: 200, text: "y" },
    ];
    const fix = { title: CHAIN.message, edits };
    expect(text(documentWith([{ ...SECRET, fix }]))).not.toContain("@@");
  });

  it("shows what the audit kept where the file is gone", () => {
    expect(text(documentWith([finding({ path: "gone.py" })]))).toContain("| mlflow.pyfunc.load_model(uri)\n");
  });

  it("says what was not audited, what is silenced, and how it was before", () => {
    const shown = text(story("en"));
    expect(shown).toContain("src/bad bytes.py  not read: it is a device\n");
    expect(shown).toContain("1 silenced or accepted\n");
    expect(shown).toContain("against before.json: 1 fixed, 2 new, 1 the same\n");
  });

  it("says that nothing was found", () => {
    expect(text(documentWith([]))).toBe(
      "0 findings in 3 files, 120 lines audited\nSecurity score: 90 / 100\n",
    );
  });

  it("has colours only when asked", () => {
    expect(text(story("en"))).not.toContain("\u001b");
    expect(text(story("en", true))).toContain("\u001b[");
  });

  it("lets no character of a file or a message steer the terminal", () => {
    const hostile = finding({
      path: HOSTILE,
      message: { en: HOSTILE, zh: HOSTILE },
      evidence: HOSTILE,
      steps: [{ place: { ...CHAIN.place, path: HOSTILE }, message: { en: HOSTILE, zh: HOSTILE } }],
      suggestion: { reason: { en: HOSTILE, zh: HOSTILE }, patch: HOSTILE },
    });
    expect(text(documentWith([hostile]))).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u);
  });
});
