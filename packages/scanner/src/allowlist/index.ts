import type { AllowEntry } from "./entry.ts";
import { ENTRIES as ARRAYS } from "./numpy/arrays.ts";
import { ENTRIES as RANDOM } from "./numpy/random.ts";
import { ENTRIES as BUILTINS } from "./python/builtins.ts";
import { ENTRIES as VALUES } from "./python/values.ts";

/** Every entry, each under its exact `module` and `name`. */
export const ALLOWLIST: readonly AllowEntry[] = [...BUILTINS, ...VALUES, ...ARRAYS, ...RANDOM];

const BY_NAME: ReadonlyMap<string, AllowEntry> = new Map(
  ALLOWLIST.map((entry) => [`${entry.module}\0${entry.name}`, entry]),
);

/** The entry of exactly `module.name`; another home of the same thing is another entry. */
export function lookup(module: string, name: string): AllowEntry | undefined {
  return BY_NAME.get(`${module}\0${name}`);
}
