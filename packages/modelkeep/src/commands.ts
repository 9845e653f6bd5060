import { existsSync, readdirSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "./command.ts";

// Commands are discovered: a file in `commands/` is a command. The extension is `.js` when built, `.ts` in tests.
const FOLDER = new URL("./commands/", import.meta.url);
const EXTENSION = extname(fileURLToPath(import.meta.url));
const NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** Names of all commands, sorted. */
export function commandNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION) && !file.includes(".test.") && !file.endsWith(".d.ts"))
    .map((file) => file.slice(0, -EXTENSION.length))
    .filter((name) => NAME.test(name))
    .sort();
}

/** Loads one command; undefined when there is none of that name. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  if (!NAME.test(name)) return undefined;
  const file = new URL(`${name}${EXTENSION}`, FOLDER);
  if (!existsSync(file)) return undefined;
  const loaded: unknown = await import(/* @vite-ignore */ file.href);
  return commandOf(loaded, name);
}

function commandOf(loaded: unknown, name: string): Command {
  if (typeof loaded === "object" && loaded !== null && "command" in loaded) {
    const { command } = loaded;
    if (isCommand(command) && command.name === name) return command;
  }
  throw new TypeError(`commands/${name} exports no command of that name`);
}

function isCommand(value: unknown): value is Command {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "summary" in value &&
    typeof value.summary === "string" &&
    "run" in value &&
    typeof value.run === "function"
  );
}
