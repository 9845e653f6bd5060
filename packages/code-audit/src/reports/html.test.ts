import { describe, expect, it } from "vitest";
import { finding, report, RULES } from "../testing/sample.ts";
import { CHAIN, documentWith, SECRET, story } from "../testing/story.ts";
import { settle } from "../settle.ts";
import { documentOf } from "./document.ts";
import { html, MOST_FINDINGS } from "./html.ts";
import { COMMENT_LIMIT, markdown } from "./markdown.ts";
import { zh } from "./messages/zh.ts";
import { reportSet } from "./set.ts";
import { isScoreFormat, SCORE_FORMATS, writeScore } from "./score.ts";

const HOSTILE = `</code></pre></script><script>alert(1)</script>"'|\`\`x\`[a](javascript:b)\n![i](http://x/y) @someone #1 =1+1 \u001b[2J\u202e`;

const hostile = finding({
  path: HOSTILE,
  message: { en: HOSTILE, zh: HOSTILE },
  evidence: HOSTILE,
  steps: [{ place: { ...CHAIN.place, path: HOSTILE }, message: { en: HOSTILE, zh: HOSTILE } }],
  suggestion: { reason: { en: HOSTILE, zh: HOSTILE }, patch: HOSTILE },
});

function hostileDocument() {
  const one = { finding: hostile, reason: HOSTILE, by: "comment" } as const;
  const unaudited = [{ path: HOSTILE, state: "partial", reason: { en: HOSTILE, zh: HOSTILE } }] as const;
  const entry = {
    fingerprint: "a".repeat(32),
    ruleId: "MK2001",
    severity: "low",
    path: HOSTILE,
    line: 1,
    message: HOSTILE,
  } as const;
  const settled = settle(report([hostile], { suppressed: [one], unaudited }), {
    rules: RULES,
    risks: [],
    today: "2026-11-25",
    audited: () => true,
    baseline: { source: HOSTILE, entries: [entry] },
  });
  return documentOf(settled, { version: "1", messages: zh, rules: RULES, read: () => undefined });
}

function pagesOf(text: string): void {
  // Nothing is fetched, nothing runs: no element, attribute or address that could.
  expect(text).not.toMatch(/<(?:script|img|link|iframe|object|embed|form|base|video|audio)\b/iu);
  expect(text).not.toMatch(/\s(?:src|srcset|action|on[a-z]+|xlink:href)\s*=/iu);
  expect(text).not.toMatch(/@import|url\(|javascript:[^b]|https?:\/\/(?!x\/y)/iu);
  expect(text).toContain(`content="default-src 'none'`);
}

describe("the HTML page", () => {
  it.each(["en", "zh"] as const)(
    "is one page in one language that fetches and runs nothing (%s)",
    (language) => {
      const page = html(story(language));
      pagesOf(page);
      expect(page).toContain(`<html lang="${language}">`);
      expect(page.endsWith("</html>\n")).toBe(true);
    },
  );

  it("tells a manager the score, the counts, what to do first and how it was before", () => {
    const page = html(story("en"));
    expect(page).toContain('aria-label="Security score: 49 / 100"');
    expect(page).toContain("What would raise the score most");
    expect(page).toContain("against before.json: 1 fixed, 2 new, 1 the same");
    expect(page).toContain("at most 49, for 1 critical finding");
    expect(page).toContain("replaced in spring");
  });

  it("shows a fix as a diff, and the way of the data", () => {
    const page = html(documentWith([CHAIN]));
    expect(page).toContain("<del>-    模型 = mlflow.pyfunc.load_model(uri)</del>");
    expect(page).toContain("<ins>+    模型 = SecureMLflowLoader().safe_load_model(uri)</ins>");
    expect(page).toContain("comes in with a request");
  });

  it("says by what and when it was written", () => {
    const page = html({ ...story("zh"), date: "2026-11-25" });
    expect(page).toContain("<footer>生成工具 modelkeep 1.2.3，2026-11-25</footer>");
  });

  it("lets nothing from a file become markup", () => {
    const page = html(hostileDocument());
    pagesOf(page);
    expect(page).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u);
  });

  it("counts what it leaves out", () => {
    const many = Array.from({ length: MOST_FINDINGS + 3 }, (_, line) =>
      finding({ line: line + 1, path: "gone.py" }),
    );
    expect(html(documentWith(many))).toContain("and 3 more");
  });

  it("has tags that close", () => {
    const open: string[] = [];
    for (const [, slash, name = "", rest = ""] of html(story("zh")).matchAll(
      /<(\/?)([a-z][a-z0-9]*)([^>]*)>/gu,
    )) {
      if (["meta", "rect"].includes(name) || rest.endsWith("/")) continue;
      if (slash === "") open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });
});

/** Markdown without what stands in code, where all of it is text. */
function proseOf(markdownText: string): string {
  let fence = "";
  const prose: string[] = [];
  for (const line of markdownText.split("\n")) {
    const [mark = ""] = /^`{3,}/u.exec(line) ?? [];
    if (fence === "") {
      fence = mark;
      prose.push(line.replaceAll(/(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)/gu, ""));
    } else if (line === fence) fence = "";
  }
  expect(fence).toBe("");
  return prose.join("\n");
}

describe("the Markdown comment", () => {
  it.each(["en", "zh"] as const)("tells the same (%s)", (language) => {
    const text = markdown(story(language));
    expect(text).toContain("49 / 100");
    expect(text).toContain("MK2201");
    expect(text).toContain("before\\.json");
  });

  it("holds the diff in a fence", () => {
    expect(markdown(documentWith([CHAIN]))).toContain("```diff\n--- a/src/app.py\n");
  });

  it.each([300, 5_000])("of %d findings is not longer than GitHub takes, and counts the rest", (count) => {
    const many = Array.from({ length: count }, (_, line) =>
      finding({
        line: line + 1,
        path: `some/long/path/to/a/module_${line % 400}.py`,
        evidence: "x".repeat(150),
      }),
    );
    const text = markdown(documentWith(many));
    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text).toMatch(/and \d+ more/u);
  });

  it("is not longer than GitHub takes for names that are as long as names can be", () => {
    const silenced = Array.from({ length: 60 }, (_, line) => ({
      finding: finding({ line: line + 1, path: `${"\u0001".repeat(400)}.py` }),
      reason: "\u0001".repeat(500),
      by: "comment" as const,
    }));
    const settled = settle(report([], { suppressed: silenced }), {
      rules: RULES,
      risks: [],
      today: "2026-11-25",
      audited: () => true,
    });
    const document = documentOf(settled, { version: "1", messages: zh, rules: RULES, read: () => undefined });
    expect(markdown(document).length).toBeLessThanOrEqual(COMMENT_LIMIT);
  });

  it("lets nothing from a file become markup, an address or a mention", () => {
    const text = markdown(hostileDocument());
    expect(text).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u);
    expect(proseOf(text)).not.toMatch(/<[a-z/]|(?<!\\)\[[a-z]\]|(?<!&#64;)@someone|(?<!\\)#1/iu);
  });

  it("shows no secret that the audit hid", () => {
    for (const write of [html, markdown])
      expect(write(documentWith([SECRET, CHAIN]))).not.toContain("hunter2-hunter2");
  });
});

describe("the report set", () => {
  it("has a page for each chapter, as HTML and Markdown, and an index that leads to all", () => {
    const files = reportSet(story("zh"), {
      chapters: [{ name: "dependencies", title: "依赖", blocks: [] }],
      files: [{ name: "sbom.cdx.json", title: "CycloneDX", text: "{}\n" }],
    });
    expect([...files.keys()]).toEqual([
      "index.html",
      "summary.html",
      "summary.md",
      "findings.html",
      "findings.md",
      "remediation.html",
      "remediation.md",
      "comparison.html",
      "comparison.md",
      "accepted-risks.html",
      "accepted-risks.md",
      "dependencies.html",
      "dependencies.md",
      "findings.json",
      "findings.sarif",
      "sbom.cdx.json",
    ]);
    const index = files.get("index.html") ?? "";
    for (const name of files.keys()) if (name !== "index.html") expect(index).toContain(`href="${name}"`);
    for (const [name, text] of files) if (name.endsWith(".html")) pagesOf(text);
  });

  it("plans by severity, what mends itself first", () => {
    const plan =
      reportSet(documentWith([SECRET, CHAIN, finding({ line: 99, path: "b.py" })])).get("remediation.md") ??
      "";
    expect(plan.indexOf("MK2001")).toBeLessThan(plan.indexOf("MK2201"));
    expect(plan).toContain("## Priority 1\\: critical");
    expect(plan).toContain("automatic fix\\: 1");
    expect(plan).toContain("By hand\\: Only you know where it should come from");
  });

  it("has no comparison without a baseline, and says that nothing is accepted", () => {
    const files = reportSet(documentWith([]));
    expect(files.has("comparison.html")).toBe(false);
    expect(files.get("accepted-risks.md")).toContain("Nothing is accepted or silenced");
  });
});

describe("the score's document", () => {
  it.each(SCORE_FORMATS.filter(isScoreFormat))("as %s has the total, the parts and the steps", (format) => {
    const text = writeScore(story("en"), format);
    expect(text).toContain("49");
    expect(text).toContain("MK2001");
    if (format === "html") pagesOf(text);
    if (format === "json") expect(JSON.parse(text)).toMatchObject({ schema: "modelkeep-score/1", total: 49 });
    else expect(text).toContain("no data");
  });

  it("is Chinese where it was asked to be", () => {
    const text = writeScore(story("zh"), "text");
    expect(text).toMatch(/^安全评分：49 \/ 100\n/u);
    expect(text).not.toMatch(/[a-z]{6,} [a-z]{3,} [a-z]{3,}/u);
  });
});
