import type { MlmodelFacts } from "@modelkeep/formats";
import { normalised } from "../mlmodel/paths.ts";
import type { Entry } from "../scan/walk.ts";

const SOURCE = /^([A-Za-z_][A-Za-z0-9_]*)(?:\.py|\.pyc|\.so|\.pyd|\/.*)$/u;

/** Folders inside the model that loading it puts on Python's import path. */
export function codeFolders(facts: MlmodelFacts): string[] {
  const named = Object.values(facts.flavors).map((flavor) => flavor["code"]);
  return named.flatMap((path) => (typeof path === "string" && path !== "" ? [normalised(path)] : []));
}

/** Top-level modules that those folders provide: importing them runs code that came with the model, by design. */
export function localModulesOf(facts: MlmodelFacts, entries: readonly Entry[]): ReadonlySet<string> {
  const modules = new Set<string>();
  for (const folder of codeFolders(facts)) {
    for (const { relative } of entries) {
      const prefix = folder === "" ? "" : `${folder}/`;
      if (!relative.startsWith(prefix)) continue;
      const module = SOURCE.exec(relative.slice(prefix.length))?.[1];
      if (module !== undefined) modules.add(module);
    }
  }
  return modules;
}
