// `npm run sarif:validate`: Microsoft's SARIF Multitool with its rules for GitHub judges reports that hold one of
// everything, and must find a spoiled one wanting. Fetches the tool (44 MB) from npm; Linux on x64 only.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TOOL = "@microsoft/sarif-multitool-linux@5.7.0";
const built = (path) => new URL(`../../packages/code-audit/dist/${path}`, import.meta.url);

const folder = mkdtempSync(join(tmpdir(), "modelkeep-sarif-"));
try {
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", TOOL], { cwd: folder, encoding: "utf8" }),
  );
  execFileSync("tar", ["xzf", filename], { cwd: folder });
  const tool = join(folder, "package", "Sarif.Multitool");
  chmodSync(tool, 0o755);
  const { story } = await import(built("testing/story.js"));
  const { sarif } = await import(built("reports/sarif.js"));
  const errors = ["en", "zh"].map((language) => judge(tool, language, sarif(story(language))));
  const spoiled = judge(tool, "spoiled", sarif(story("en")).replaceAll('"startLine"', '"firstLine"'));
  if (errors.some((count) => count > 0)) process.exitCode = 1;
  if (spoiled === 0) throw new Error("the spoiled report passed: this check sees nothing");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @returns how many errors the tool finds */
function judge(tool, name, text) {
  const file = join(folder, `${name}.sarif`);
  const out = join(folder, `${name}.out.sarif`);
  writeFileSync(file, text);
  const rules = ["--rule-kind", "Sarif;Ghas", "--level", "Error"];
  const { stdout, stderr } = spawnSync(tool, ["validate", file, ...rules, "-o", out], { encoding: "utf8" });
  const { runs } = JSON.parse(readFileSync(out, "utf8"));
  const found = runs.flatMap(({ results = [] }) => results);
  console.log(`${name}: ${found.length} errors`);
  if (name !== "spoiled" && found.length > 0) console.log(stdout, stderr);
  return found.length;
}
