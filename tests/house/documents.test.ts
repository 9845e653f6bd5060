import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { committedFiles, root } from "./repository.ts";

const documents = committedFiles().filter((file) => file.endsWith(".md"));

/** Targets of `[text](target)` outside of code, without web addresses. */
function localLinks(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8").replaceAll(/```.*?```|`[^`\n]*`/gsu, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/gu)].map((match) => match[1] ?? "");
  return targets.filter((target) => !/^(?:https?:|mailto:|#)/u.test(target));
}

describe("documents", () => {
  test("those that the design asks for are there", () => {
    expect(documents).toEqual(
      expect.arrayContaining([
        "README.md",
        "ARCHITECTURE.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
      ]),
    );
  });

  test.each(documents)("%s: every link leads somewhere", (file) => {
    const broken = localLinks(file).filter((target) => {
      const [path = ""] = target.split("#");
      return !existsSync(join(root, dirname(file), path));
    });
    expect(broken).toEqual([]);
  });

  test("CONTRIBUTING and README name only scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    const named = ["CONTRIBUTING.md", "README.md"].flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/npm run ([\w:-]+)/gu)].map(
        (match) => match[1] ?? "",
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("every promise of SECURITY.md names a test that exists", () => {
    const rows = readFileSync(join(root, "SECURITY.md"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| promise"));
    expect(rows.length).toBeGreaterThan(8);
    for (const row of rows) {
      const tests = [...row.matchAll(/\]\(([^)]+(?:\.test\.ts|\/test_\w+\.py))\)/gu)].map(
        (match) => match[1] ?? "",
      );
      expect(tests, row).not.toHaveLength(0);
      for (const path of tests) expect(existsSync(join(root, path)), path).toBe(true);
    }
  });
});
