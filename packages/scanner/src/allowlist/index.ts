import type { AllowEntry } from "./entry.ts";

const ENTRIES: ReadonlyMap<string, AllowEntry> = new Map();

/** The entry of exactly `module.name`. */
export function lookup(module: string, name: string): AllowEntry | undefined {
  return ENTRIES.get(`${module}\0${name}`);
}
