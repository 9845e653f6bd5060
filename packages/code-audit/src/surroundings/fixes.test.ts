import { describe, expect, it } from "vitest";
import type { ProjectContext } from "../inspector.ts";
import type { Edit } from "../model/finding.ts";
import type { FileKind } from "../model/source.ts";
import { SURROUNDINGS } from "./inspectors.ts";

const alone: ProjectContext = { files: new Set(), has: () => true, read: () => undefined };

function inspect(kind: FileKind, text: string) {
  return SURROUNDINGS.filter(({ kinds }) => kinds.includes(kind)).flatMap(
    (one) => one.inspect({ path: "x.yml", kind, text }, alone).findings,
  );
}

function apply(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
}

const WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n";

describe("fixes of what surrounds Python", () => {
  it.each<[FileKind, string, string]>([
    [
      "workflow",
      `${WORKFLOW}      - run: bandit -r src || true\n`,
      `${WORKFLOW}      - run: bandit -r src\n`,
    ],
    [
      "workflow",
      `${WORKFLOW}      - run: |\n          bandit -r src || true\n          pytest ||  :\n`,
      `${WORKFLOW}      - run: |\n          bandit -r src\n          pytest\n`,
    ],
    [
      "workflow",
      `${WORKFLOW}      - name: Scan\n        continue-on-error: true\n        run: bandit\n`,
      `${WORKFLOW}      - name: Scan\n        run: bandit\n`,
    ],
    [
      "workflow",
      `${WORKFLOW}      - run: bandit > a.txt || true # why\r\n`,
      `${WORKFLOW}      - run: bandit > a.txt # why\r\n`,
    ],
    [
      "gitlab-ci",
      "scan:\n  allow_failure: true\n  script: bandit -r src\n",
      "scan:\n  script: bandit -r src\n",
    ],
  ])("%s %j", (kind, before, after) => {
    const edits = inspect(kind, before).flatMap(({ fix }) => fix?.edits ?? []);
    const fixed = apply(before, edits);
    expect(fixed).toBe(after);
    expect(inspect(kind, fixed)).toEqual([]);
  });

  it.each<[FileKind, string]>([
    ["workflow", `${WORKFLOW}      - run: bandit -r src || echo no\n`],
    ["workflow", `${WORKFLOW}      - continue-on-error: true\n        run: bandit\n`],
    ["workflow", `${WORKFLOW}      - {run: bandit, continue-on-error: true}\n`],
    ["workflow", `${WORKFLOW}      - run: bandit || true | cat\n`],
    ["workflow", `${WORKFLOW}      - run: (bandit; pytest) || true\n`],
  ])("%s %j is left to a person", (kind, text) => {
    const findings = inspect(kind, text);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.flatMap(({ fix }) => fix ?? [])).toEqual([]);
  });
});
