import { resolve } from "node:path";
import { styleText } from "node:util";
import { ModelkeepError } from "@modelkeep/findings";
import { UsageError } from "../command.ts";
import { dataFolder } from "../gateway/data-folder.ts";
import { type Options, readOptions, wholeNumber } from "../gateway/options.ts";
import { checkDataFolder, checkEnvironment, checkPython, existing } from "./data.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { checkBubblewrap, checkDisk, checkNode, checkPort } from "./machine.ts";
import { checkControlGroups, checkEngine, checkGvisor, checkNamespaces, checkSeccomp } from "./sandbox.ts";
import { checkOsv, checkSettings, checkUv } from "./settings.ts";

const HELP = `Examples
  modelkeep doctor                      is this machine fit, and if not, what to do
  modelkeep doctor --format json        the same for a program
  modelkeep doctor --data /srv/keep --port 8080

Usage: modelkeep doctor [--data DIR] [--port PORT] [--format text|json]

Looks at the configuration, Node, Python, the Python environment, uv, OSV data, bubblewrap, user namespaces, seccomp,
control groups, podman, docker, gVisor, the port, the data folder and the disk.

Exit code 1 when something stands in the way; warnings alone leave it at 0.
`;

/** `modelkeep doctor`: looks, changes nothing. */
export async function doctorCommand(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, ["data", "port", "format"]);
  if (options.flag("help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const format = options.text("format") ?? "text";
  if (format !== "text" && format !== "json") throw new UsageError(`no format ${format}`, "use text or json");
  const port = options.text("port");
  const dataDir = await folderOf(options);
  const results = await diagnose(
    dataDir,
    port === undefined ? 5_000 : wholeNumber(port, "the port", 1, 65_535),
  );
  const text = format === "json" ? `${JSON.stringify(results, null, 2)}\n` : results.map(line).join("");
  process.stdout.write(text);
  return results.some((result) => result.state === "failed") ? 1 : 0;
}

/** A configuration that cannot be read is one of the findings; the rest is looked at with its defaults. */
async function folderOf(options: Options): Promise<string> {
  try {
    return await dataFolder(options);
  } catch (error) {
    if (!(error instanceof ModelkeepError)) throw error;
    return resolve(options.text("data") ?? (process.env["MODELKEEP_DATA"] || ".modelkeep"));
  }
}

async function diagnose(dataDir: string, port: number, env = process.env): Promise<Diagnosis[]> {
  const { diagnosis, wishes } = await checkSettings(env);
  return [
    diagnosis,
    checkNode(),
    await checkPython(env),
    await checkEnvironment(dataDir, env),
    checkUv(env),
    checkOsv(wishes.osv),
    checkBubblewrap(),
    checkNamespaces(),
    checkSeccomp(),
    checkControlGroups(),
    await checkEngine("podman", wishes),
    await checkEngine("docker", wishes),
    checkGvisor(wishes),
    await checkPort(port),
    await checkDataFolder(dataDir),
    await checkDisk(await existing(dataDir)),
  ];
}

const MARKS = { ok: ["green", "✔"], warning: ["yellow", "!"], failed: ["red", "✘"] } as const;

function line({ subject, state, found, advice }: Diagnosis): string {
  const [colour, mark] = MARKS[state];
  const todo = advice === undefined ? "" : `\n  → ${advice}`;
  return `${styleText(colour, mark, { stream: process.stdout })} ${subject}: ${found}${todo}\n`;
}
