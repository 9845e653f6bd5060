import { lstatSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Where a report goes. `write` may be called often, `close` once at the end. */
export interface Output {
  write(text: string): void;
  close(): void;
}

/** A file that appears whole or not at all; a device or pipe is written to as it is. */
export function fileOutput(path: string): Output {
  const chunks: string[] = [];
  return {
    write: (text) => void chunks.push(text),
    close: () =>
      isSpecial(path) ? writeFileSync(path, chunks.join("")) : replaceFile(path, chunks.join("")),
  };
}

function isSpecial(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile();
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
