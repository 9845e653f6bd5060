// A worker in a podman container: it predicts, and a hostile one gets nothing. Usage: npm run sandbox:containers
// Needs MODELKEEP_TEST_PYTHON (with MLflow) and podman; MODELKEEP_OCI_RUNTIME names another runtime (runc, crun).
import { execFileSync, spawnSync } from "node:child_process";
import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SandboxedModel } from "@modelkeep/sandbox";

const python = process.env.MODELKEEP_TEST_PYTHON;
if (!python) throw new Error("set MODELKEEP_TEST_PYTHON to a Python that has MLflow");
if (spawnSync("podman", ["--version"]).error) {
  console.log("skipped: podman is not installed");
  process.exit(0);
}
const ROOT = join(import.meta.dirname, "..");
const runtime = process.env.MODELKEEP_OCI_RUNTIME;
const driver = { driver: process.env.MODELKEEP_SANDBOX_DRIVER || "podman", ...(runtime ? { runtime } : {}) };
const folder = mkdtempSync(join(tmpdir(), "containers-"));
const load = async (modelFolder) => await SandboxedModel.load({ python, modelFolder, driver });

async function predicts() {
  await using model = await load(join(ROOT, "packages/model-io/fixtures/iris"));
  const tensor = { data: Float64Array.of(5.1, 3.5, 1.4, 0.2), shape: [1, 4], dtype: "float64" };
  const output = await model.invoke("predict", { kind: "tensor", tensor });
  deepEqual([...output.tensor.data].map(Number), [0]);
  console.log("iris: predicts class 0");
}

async function getsNothing(port) {
  writeFileSync(join(folder, "host-file"), "secret");
  process.env.HOST_SECRET = "secret";
  const actions = {
    network: String(port),
    file: join(folder, "host-file"),
    environment: "HOST_SECRET",
    overwrite: "",
  };
  const model = join(folder, "hostile");
  const maker = join(ROOT, "tests/integration/sandbox-hostile.py");
  execFileSync(python, [maker, model, JSON.stringify(actions)]);
  const error = await load(model).then(
    () => new Error("loaded"),
    (reason) => reason,
  );
  equal(error.code, "model-error", error.message);
  const told = JSON.parse(error.message.slice(error.message.indexOf("{")));
  deepEqual(Object.keys(told).toSorted(), Object.keys(actions).toSorted());
  for (const [action, what] of Object.entries(told)) {
    console.log(`${action}: ${what}`);
    match(what, /^(?!got)/u);
  }
}

const listener = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
try {
  await predicts();
  await getsNothing(listener.address().port);
  const left = execFileSync("podman", ["ps", "-a", "--filter", "name=modelkeep-", "-q"], {
    encoding: "utf8",
  });
  equal(left, "", "containers are left behind");
  console.log("no container is left");
} finally {
  listener.close();
  rmSync(folder, { recursive: true, force: true });
}
