// Writes packages/estimators/src/registry.ts from the files of src/sklearn. `--check` only says whether it is current.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const source = new URL("../../packages/estimators/src/", import.meta.url);
const target = new URL("registry.ts", source);
const files = readdirSync(new URL("sklearn/", source))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .filter((name) =>
    readFileSync(new URL(`sklearn/${name}`, source), "utf8").includes("export const entry: Entry"),
  )
  .sort();

const camel = (name) => name.slice(0, -3).replace(/-(\w)/gu, (_, letter) => letter.toUpperCase());
const text = `// Made by tools/estimators/make-registry.mjs from the files of src/sklearn; do not edit.
import type { Entry } from "./core/evaluator.ts";
${files.map((name) => `import { entry as ${camel(name)} } from "./sklearn/${name}";`).join("\n")}

const ENTRIES: readonly Entry[] = [
${files.map((name) => `  ${camel(name)},`).join("\n")}
];

/** Every class that is evaluated natively, by its full name. */
export const REGISTRY: ReadonlyMap<string, Entry> = new Map(
  ENTRIES.flatMap((entry) => entry.classes.map((name): [string, Entry] => [name, entry])),
);
`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("registry.ts is not current: run node tools/estimators/make-registry.mjs");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
