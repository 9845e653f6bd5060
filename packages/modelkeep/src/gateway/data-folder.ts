import { resolve } from "node:path";
import { readConfig } from "../config.ts";
import type { Options } from "./options.ts";

/** The gateway's data folder: `--data`, `MODELKEEP_DATA`, the configuration, else `.modelkeep` in the working folder. */
export async function dataFolder(options: Options, env = process.env): Promise<string> {
  const configured = (await readConfig()).gateway["data"];
  const given = options.text("data") ?? (env["MODELKEEP_DATA"] || undefined);
  return resolve(given ?? (typeof configured === "string" ? configured : ".modelkeep"));
}
