// The steps of `npm test`. Each answers { name, passed, failed, skipped, seconds, output }: numbers of tests, or one for a check.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.mjs";
import { root } from "./setup.mjs";

/** One program that is right when it ends with 0. */
export async function check(name, file, args, env) {
  const started = Date.now();
  const { code, output } = await run(file, args, { cwd: root, env });
  const ok = code === 0;
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, ms: Date.now() - started, output };
}

/**
 * One run of vitest. What fails beside single tests (a file that does not load, a coverage threshold, an unhandled
 * rejection) counts as one failure, so that a red run can never sum up to none.
 */
export async function vitest(name, node, config, extra, env) {
  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-test-"));
  const report = join(folder, "report.json");
  try {
    const script = join(root, "node_modules", "vitest", "vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const args = [script, "run", "--config", config, ...reporters, ...extra];
    const { code, output } = await run(node, args, { cwd: root, env });
    return { name, ...counts(report, code), ms: Date.now() - started, output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One run of Python's unittest over the tests of a package in `src` layout. A run that says no numbers is one failure. */
export async function unittest(name, python, folder, env) {
  const started = Date.now();
  const args = ["-B", "-W", "error::ResourceWarning", "-m", "unittest", "discover", "-t", ".", "-s", "tests"];
  const { code, output } = await run(python, args, { cwd: folder, env: { ...env, PYTHONPATH: "src" } });
  return { name, ...unittestCounts(output, code), ms: Date.now() - started, output };
}

function unittestCounts(output, code) {
  const ran = Number(/^Ran (\d+) tests?/mu.exec(output)?.[1] ?? 0);
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  const said = (what) => Number(new RegExp(`\\b${what}=(\\d+)`, "u").exec(last)?.[1] ?? 0);
  const skipped = said("skipped");
  const broken = said("failures") + said("errors") + said("unexpected successes");
  const failed = broken === 0 && (code !== 0 || ran === 0 || !last.startsWith("OK")) ? 1 : broken;
  return { passed: Math.max(0, ran - skipped - broken), failed, skipped };
}

function counts(report, code) {
  let result;
  try {
    result = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const brokenFiles = result.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = result.numFailedTests + brokenFiles;
  const unexplained = code !== 0 && failed === 0 ? 1 : 0;
  return {
    passed: result.numPassedTests,
    failed: failed + unexplained,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
