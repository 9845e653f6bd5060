// `npm test`: the set-up, then every check and every test. The last line is `N passed, N failed`.
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { check, unittest, vitest } from "./lib/checks.mjs";
import { pythonEnvironment } from "./lib/python.mjs";
import { paint, runScript, say } from "./lib/say.mjs";
import { root, setUp } from "./lib/setup.mjs";

const jobs = process.env.MODELKEEP_TEST_JOBS ?? String(Math.max(1, availableParallelism()));

/** Programs of the packages, by the file that their manifest names; all run on the Node that was found. */
const tool = (...path) => join(root, "node_modules", ...path);

function checks(node, python) {
  const env = { ...process.env, NO_COLOR: "1", MODELKEEP_TEST_PYTHON: python };
  const script =
    (name, file, ...args) =>
    () =>
      check(name, node, [file, ...args], env);
  return [
    script("types of tests", tool("typescript", "bin", "tsc"), "-p", "tsconfig.test.json"),
    script("format", tool("@biomejs", "biome", "bin", "biome"), "format", "."),
    script("lint", tool("oxlint", "bin", "oxlint"), "--type-aware", "--deny-warnings"),
    script("direction", join(root, "scripts", "check-direction.mjs")),
    script("unused code", tool("knip", "bin", "knip.js")),
    () => check("Python syntax", python, ["-B", "-c", COMPILE, ...committed(".py")], env),
    () => unittest("Python client", python, join(root, "python", "modelkeep"), env),
    () => vitest("unit tests", node, "vitest.config.ts", ["--coverage", `--maxWorkers=${jobs}`], env),
    () => vitest("integration tests", node, "vitest.integration.config.ts", [`--maxWorkers=${jobs}`], env),
  ];
}

const COMPILE = `
import ast, sys
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        ast.parse(file.read(), path)
`;

function committed(extension) {
  const listed = execFileSync("git", ["ls-files", "-z", `*${extension}`], { cwd: root, encoding: "utf8" });
  return listed.split("\0").filter(Boolean);
}

function summary({ name, passed, failed, skipped, ms }) {
  const mark = failed === 0 ? paint(32, "✔") : paint(31, "✘");
  const more = skipped > 0 ? `, ${skipped} skipped` : "";
  return `${mark} ${name}: ${passed} passed, ${failed} failed${more} (${(ms / 1000).toFixed(1)} s)`;
}

async function main() {
  const node = await setUp();
  const python = await pythonEnvironment(node, join(root, ".modelkeep"));
  const total = { passed: 1, failed: 0 }; // the build, which would have ended this
  const lines = [];
  for (const step of checks(node, python)) {
    const result = await step();
    if (result.failed > 0) process.stderr.write(`${result.output}\n`);
    lines.push(summary(result));
    say(lines.at(-1));
    total.passed += result.passed;
    total.failed += result.failed;
  }
  process.stdout.write(`${lines.join("\n")}\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

await runScript(main);
