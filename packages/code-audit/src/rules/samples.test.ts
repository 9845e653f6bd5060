import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { audit } from "../audit.ts";
import { PYTHON_RULES } from "./index.ts";

const SAMPLES = fileURLToPath(new URL("../../samples/", import.meta.url));
const DOCS = fileURLToPath(new URL("../../../../docs/rules/", import.meta.url));

/** What the comments of the files of a sample say must be found: `# expect: MK2001` at the end of a line. */
function expected(path: string): readonly string[] {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => expected(`${path}/${name}`));
  const lines = readFileSync(path, "latin1").split(/\r\n|\r|\n/);
  return lines.flatMap((line, at) =>
    (/# expect: (.*)$/.exec(line)?.[1]?.split(/[ ,]+/) ?? []).map(
      (rule) => `${path.slice(SAMPLES.length)}:${at + 1} ${rule}`,
    ),
  );
}

/** Those about Python; the others have a test of their own. */
const folders = readdirSync(SAMPLES).filter((name) => /^MK2[0-4]/.test(name));
const cases = folders.flatMap((folder) =>
  readdirSync(`${SAMPLES}${folder}`).map((name) => `${folder}/${name}`),
);

describe("samples", () => {
  it.each(cases)("%s: exactly what its comments say", async (name) => {
    const report = await audit([`${SAMPLES}${name}`], { cwd: SAMPLES, jobs: 1 });
    const found = report.findings.map(({ place, ruleId }) => `${place.path}:${place.line} ${ruleId}`);
    expect(found.toSorted()).toEqual(expected(`${SAMPLES}${name}`).toSorted());
  });
});

describe("each rule", () => {
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => /^mk2[0-4]\d+\.ts$/.test(name));

  it("is in the list", () => {
    expect(PYTHON_RULES.map(({ id }) => `${id.toLowerCase()}.ts`).toSorted()).toEqual(files.toSorted());
  });

  it.each(PYTHON_RULES.map(({ id, name }) => [id, name]))(
    "%s %s has samples that break it, samples that keep it, and a page",
    (id) => {
      const own = cases.filter((name) => name.startsWith(`${id}/`));
      const broken = own.filter((name) =>
        expected(`${SAMPLES}${name}`).some((line) => line.endsWith(` ${id}`)),
      );
      expect(broken.length).toBeGreaterThan(0);
      expect(own.length).toBeGreaterThan(broken.length);
      expect(readFileSync(`${DOCS}${id}.md`, "utf8")).toContain(`# ${id} `);
    },
  );
});
