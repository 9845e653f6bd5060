import type { FileReport } from "@modelkeep/findings";
import type { FactLocation, MlmodelFacts } from "@modelkeep/formats";
import type { Collector } from "../collector.ts";
import { namedPaths } from "../mlmodel/judge-mlmodel.ts";
import { normalised, pathFault } from "../mlmodel/paths.ts";
import { rule as codePaths } from "../rules/mk1401.ts";
import { rule as missingFile } from "../rules/mk1405.ts";
import { rule as readerMismatch } from "../rules/mk1406.ts";
import { rule as looseCode } from "../rules/mk1408.ts";
import type { Entry } from "../scan/walk.ts";
import { codeFolders } from "./local-modules.ts";
import { expectedFormats } from "./readers.ts";
import { judgeRequirements } from "./requirements.ts";

/** A model folder with the reports of its files, in the same order as its entries. */
export interface Folder {
  readonly facts: MlmodelFacts | undefined;
  readonly entries: readonly Entry[];
  readonly files: readonly FileReport[];
}

const AT: FactLocation = { part: "", offset: 0 };

/** Judges what no file says by itself: do the MLmodel and the files agree? */
export function judgeFolder(folder: Folder, into: Collector): void {
  if (folder.facts === undefined) {
    into.add(missingFile, "there is no readable MLmodel", undefined);
    return;
  }
  judgeNamedFiles(folder.facts, folder, into);
  judgeReaders(folder.facts, folder, into);
  judgePython(folder.facts, folder, into);
  judgeRequirements(folder.entries, into);
}

function judgeNamedFiles(facts: MlmodelFacts, folder: Folder, into: Collector): void {
  for (const [name, flavor] of Object.entries(facts.flavors)) {
    for (const [key, path] of namedPaths(flavor)) {
      if (typeof path !== "string" || path === "" || pathFault(path) !== undefined) continue;
      if (exists(folder.entries, path)) continue;
      into.add(missingFile, `${name}.${key} names ${path}, which is not there`, AT, {
        evidence: `${key}: ${path}`,
      });
    }
  }
}

/** Empty folders do not count: nothing could be loaded from them. */
function exists(entries: readonly Entry[], path: string): boolean {
  const wanted = normalised(path);
  if (wanted === "") return true;
  return entries.some(({ relative }) => relative === wanted || relative.startsWith(`${wanted}/`));
}

/** A file that is judged by one reader and loaded by another was not judged. */
function judgeReaders(facts: MlmodelFacts, folder: Folder, into: Collector): void {
  for (const { path, expected, reader } of expectedFormats(facts)) {
    const wanted = normalised(path);
    const index = folder.entries.findIndex((entry) => entry.relative === wanted);
    const report = folder.files[index];
    if (report === undefined || expected.has(report.format)) continue;
    const message = `${reader} would read ${path}, but it is ${report.format}`;
    into.add(readerMismatch, message, AT, { evidence: `${path}: ${report.format}` });
  }
}

function judgePython(facts: MlmodelFacts, folder: Folder, into: Collector): void {
  const folders = codeFolders(facts);
  const sources = new Set(Object.values(facts.flavors).flatMap((flavor) => modelSource(flavor)));
  for (const { relative } of folder.entries) {
    if (!/\.(py|pyc|pyd|so|dll|dylib|pth|ipynb)$/iu.test(relative)) continue;
    const imported =
      sources.has(relative) || folders.some((code) => code === "" || relative.startsWith(`${code}/`));
    if (imported)
      into.add(codePaths, `${relative} is imported when the model is loaded`, AT, {
        evidence: relative,
      });
    else
      into.add(looseCode, `${relative} is not loaded by anything in the MLmodel`, AT, { evidence: relative });
  }
}

/** Models from code: the file that is run to make the model. */
function modelSource(flavor: Readonly<Record<string, unknown>>): string[] {
  return namedPaths(flavor).flatMap(([key, path]) =>
    key === "model_code_path" && typeof path === "string" ? [path] : [],
  );
}
