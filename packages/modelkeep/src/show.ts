import { fileOutput } from "./scan/output.ts";
import { standardOutput } from "./scan/standard-output.ts";

/** Writes a document to a file, which then appears whole or not at all, or to standard output. */
export function show(text: string, file: string | undefined): void {
  const output = file === undefined ? standardOutput() : fileOutput(file);
  output.write(text);
  output.close();
}
