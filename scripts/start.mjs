// `npm start`: all the set-up, then the gateway with a MLflow of its own. See README.md.
import { spawn, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkPort } from "./lib/ports.mjs";
import { pythonEnvironment } from "./lib/python.mjs";
import { paint, runScript, say, SetupError, warn } from "./lib/say.mjs";
import { checkMachine, root, seconds, setUp } from "./lib/setup.mjs";

const HELP = `Examples
  npm start                        the gateway on http://127.0.0.1:5000, with a MLflow of its own behind it
  npm start -- --port 8080         another port
  npm start -- --data /srv/keep    another data folder (default: .modelkeep in this checkout)
  npm start -- --demo              the whole story: train, attack, scan, predict, audit
`;

function options(argv) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        port: { type: "string", default: "5000" },
        data: { type: "string", default: join(root, ".modelkeep") },
        demo: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new SetupError(`--port ${values.port} is no port: give a number from 0 to 65535`);
    }
    return { ...values, port, data: resolve(process.env.INIT_CWD ?? process.cwd(), values.data) };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${error.message.split(". ")[0]}: see npm start -- --help`);
  }
}

async function main() {
  const { port, data, demo, help } = options(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const started = Date.now();
  checkMachine();
  if (!demo) await checkPort(port);
  warnWithoutSandbox();
  const node = await setUp();
  const python = await pythonEnvironment(node, data);
  say(`set up in ${seconds(started)}`);
  const environment = { ...process.env, MODELKEEP_PYTHON: python };
  const demoScript = join(root, "demo", "main.ts");
  if (demo) return await hand(node, [demoScript, "--data", data], environment);
  const command = join(root, "packages", "modelkeep", "dist", "main.js");
  const code = await hand(node, [command, "gateway", "--data", data, "--port", String(port)], environment);
  process.stderr.write(paint(2, code === 0 ? "stopped\n" : ""));
  return code;
}

function warnWithoutSandbox() {
  if (process.platform !== "linux") return warn("no bubblewrap on this platform: the sandbox engine is off");
  const probe = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"], { stdio: "ignore" });
  if (probe.error)
    return warn("no bubblewrap: the sandbox engine is off (Debian: apt-get install bubblewrap)");
  if (probe.status !== 0) {
    return warn(
      "bubblewrap cannot make user namespaces here: the sandbox engine is off (run modelkeep doctor)",
    );
  }
}

/** Runs a program in the foreground; signals reach it, and its exit code becomes ours. */
function hand(file, args, env) {
  const child = spawn(file, args, { cwd: root, env, stdio: "inherit" });
  // A Ctrl-C in the terminal reaches the child by itself; we only wait for its orderly end.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolvePromise, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolvePromise(code ?? 1));
  });
}

await runScript(main);
