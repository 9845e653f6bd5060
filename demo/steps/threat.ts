import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { runProgram } from "../programs.ts";
import { demand, type Step } from "../step.ts";
import { clientScript, type World } from "../world.ts";

/** Everything unshared, the machine read-only, `/tmp` empty: what the payload may do stays inside. */
const ISOLATION =
  "--unshare-all --die-with-parent --new-session --clearenv --ro-bind / / --dev /dev --proc /proc";
const ENVIRONMENT = "--setenv PATH /usr/bin:/bin --setenv HOME /tmp --setenv MLFLOW_DISABLE_TELEMETRY true";

/** The same file, loaded as every service without Modelkeep would load it: inside a throw-away sandbox. */
export const threat: Step = {
  title:
    "The threat is real: plain MLflow loads the same file, in a throw-away sandbox, and the command runs",
  async run(world) {
    const out = world.path("marker-folder");
    await mkdir(out);
    const ended = await runProgram("bwrap", sandboxed(world, out), { PATH: process.env["PATH"] }, "/");
    const ran = existsSync(world.path("marker-folder", "marker-of-the-upload"));
    demand(ran, "the marker was written inside the sandbox", ended.stderr);
    demand(!existsSync(world.path("marker-of-the-upload")), "nothing was written outside of it");
    return ["mlflow.sklearn.load_model() ran `touch` from the pickle: loading was enough"];
  },
};

function sandboxed(world: World, out: string): string[] {
  const environment = dirname(dirname(world.python));
  const model = world.path("hostile");
  const script = clientScript("load.py");
  return [
    ISOLATION.split(" "),
    ["--tmpfs", "/tmp"],
    // It may lie below /tmp, which is empty now.
    ["--ro-bind", environment, environment],
    // The payload writes to the path that it was made with: there, the sandbox sees a folder of its own.
    ["--bind", out, world.folder],
    ["--ro-bind", model, "/tmp/model", "--ro-bind", script, "/tmp/load.py"],
    ENVIRONMENT.split(" "),
    [world.python, "/tmp/load.py", "/tmp/model"],
  ].flat();
}
