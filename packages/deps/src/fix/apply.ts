import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ModelkeepError } from "@modelkeep/findings";
import type { ProjectFile } from "../project.ts";
import { readText } from "../read/read-file.ts";
import { decodeText, encodeText } from "../text/decode.ts";
import type { Edit } from "./plan.ts";

/** One file with its new text. */
export interface Changed {
  readonly file: ProjectFile;
  readonly text: string;
  readonly edits: readonly Edit[];
}

/**
 * Puts edits into texts, and proves each file: it reads as before but for what was changed.
 * @throws {ModelkeepError} `INTEGRITY` when it does not: then nothing was written
 */
export function changedFiles(edits: readonly Edit[]): Changed[] {
  const files = [...new Set(edits.map(({ file }) => file))];
  return files.map((file) => {
    const own = edits.filter((edit) => edit.file === file).sort((a, b) => a.start - b.start);
    const text = edited(file.source.text, own);
    prove(file, text, own);
    return { file, text, edits: own };
  });
}

function edited(text: string, edits: readonly Edit[]): string {
  let at = 0;
  const parts = edits.map((edit) => {
    const part = text.slice(at, edit.start) + edit.text;
    at = edit.end;
    return part;
  });
  return parts.join("") + text.slice(at);
}

function prove({ path, kind, source, reading }: ProjectFile, text: string, edits: readonly Edit[]): void {
  const after = readText(kind, text);
  const shown = (one: {
    readonly name: string;
    readonly extras: readonly string[];
    readonly marker: string;
  }): string => `${one.name}[${one.extras.join()}];${one.marker}`;
  const [old, now] = [reading.dependencies.map(shown), after.dependencies.map(shown)];
  const isSame = old.length === now.length && old.every((one, at) => one === now[at]);
  const changed = after.dependencies.filter(
    (one, at) => one.version !== reading.dependencies[at]?.version,
  ).length;
  const versions = edits.filter(({ text: to }) => !to.startsWith("--hash")).length;
  if (!isSame || changed !== versions || encodeText(source, source.text) === undefined)
    throw new ModelkeepError("INTEGRITY", `${path} would read differently after the fix: change it by hand`);
}

/**
 * Writes changed files, each whole or not at all, its mode kept.
 * @throws {ModelkeepError} `INTEGRITY` when a file is no longer what was read, or cannot be written in its encoding
 */
export function writeChanged(changed: readonly Changed[]): void {
  for (const { file, text } of changed) {
    const bytes = encodeText(file.source, text);
    const before = readFileSync(file.absolute);
    const was = encodeText(file.source, file.source.text);
    if (
      bytes === undefined ||
      was === undefined ||
      !before.equals(was) ||
      decodeText(before).text !== file.source.text
    )
      throw new ModelkeepError(
        "INTEGRITY",
        `${file.path} cannot be written back byte for byte: change it by hand`,
      );
    replace(file.absolute, bytes);
  }
}

function replace(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, bytes, { flag: "wx", mode: statSync(path).mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
