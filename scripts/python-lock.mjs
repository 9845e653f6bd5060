// Renews the hashed lock files of the Python environment: `npm run python:lock`. Needs uv on the path.
// One file for every supported Python and platform; no index address goes into it.
import { run } from "./lib/run.mjs";
import { runScript, SetupError } from "./lib/say.mjs";
import { root } from "./lib/setup.mjs";

const OPTIONS = [
  "--universal",
  "--generate-hashes",
  "--python-version=3.10",
  "--no-emit-index-url",
  "--no-header",
];
const FILES = [
  ["python/requirements.in", "python/requirements.lock"],
  ["python/uv.in", "python/uv.lock.txt"],
  ["python/signing.in", "python/signing.lock"],
];

await runScript(async () => {
  for (const [from, to] of FILES) {
    const args = ["pip", "compile", "--upgrade", "--quiet", ...OPTIONS, from, "--output-file", to];
    const { code, output } = await run("uv", args, { cwd: root });
    if (code !== 0) throw new SetupError(`uv could not resolve ${from}: ${output}`);
  }
  return 0;
});
