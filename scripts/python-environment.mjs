// Makes the managed Python environment, or finds it again; prints its interpreter's path.
// Usage: node scripts/python-environment.mjs DATA_FOLDER   (after the build, on Node 24)
import { ensurePythonEnvironment } from "../packages/gateway/dist/upstream/index.js";

const [dataDir] = process.argv.slice(2);
try {
  const { python } = await ensurePythonEnvironment({
    dataDir,
    onProgress: (line) => process.stderr.write(`· ${line}\n`),
  });
  process.stdout.write(`${python}\n`);
} catch (error) {
  process.stderr.write(`modelkeep: ${error.name === "ModelkeepError" ? error.message : error.stack}\n`);
  process.exitCode = 2;
}
