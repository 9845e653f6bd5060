import { UsageError } from "./command.ts";
import { commandNames, loadCommand } from "./commands.ts";
import { runShown } from "./run-shown.ts";

/**
 * Runs one command line.
 * @param argv without the interpreter and the script
 * @returns exit code as the command gives it; 2 when it fails
 */
export async function main(argv: readonly string[]): Promise<number> {
  return await runShown(argv, dispatch);
}

async function dispatch(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    process.stderr.write(await overview());
    return 2;
  }
  if (name === "--help" || name === "-h" || name === "help") return await help(rest);
  if (name === "--version" || name === "-V" || name === "version") {
    const { version } = await import("./version.ts");
    process.stdout.write(`modelkeep ${version()}\n`);
    return 0;
  }
  const command = await loadCommand(name);
  if (command === undefined) return await unknownCommand(name);
  return await command.run(rest);
}

async function help(rest: readonly string[]): Promise<number> {
  const [name] = rest;
  if (name !== undefined) {
    const command = await loadCommand(name);
    return command === undefined ? await unknownCommand(name) : await command.run(["--help"]);
  }
  process.stdout.write(await overview());
  return 0;
}

async function unknownCommand(name: string): Promise<number> {
  const { nearest } = await import("@modelkeep/findings/nearest");
  const meant = nearest(name, commandNames());
  const advice = meant === undefined ? "run modelkeep --help" : `did you mean modelkeep ${meant}?`;
  throw new UsageError(`there is no command ${JSON.stringify(name)}`, advice);
}

async function overview(): Promise<string> {
  const commands = await Promise.all(commandNames().map((name) => loadCommand(name)));
  const known = commands.filter((command) => command !== undefined);
  const width = Math.max(...known.map((command) => command.name.length));
  return [
    "Examples",
    "  modelkeep scan model.pkl              is this file safe to load, and why",
    "  modelkeep scan ./mlruns --format json every model below a folder",
    "  modelkeep scan --help                 options of one command",
    "",
    "Usage: modelkeep COMMAND [OPTIONS]",
    "",
    "Commands",
    ...known.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "Everywhere: --help, --version, --debug (stack traces). Exit codes: 0 well, 1 not admitted, 2 could not work.",
    "",
  ].join("\n");
}
