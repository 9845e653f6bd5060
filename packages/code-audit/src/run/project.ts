import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { decode } from "../files/decode.ts";
import type { Candidate } from "../files/discover.ts";
import type { ProjectContext } from "../inspector.ts";
import type { Source } from "../model/source.ts";

/** The audited files, as the inspectors of one thread see them. */
export class Project implements ProjectContext {
  readonly files: ReadonlySet<string>;
  readonly #byPath: ReadonlyMap<string, Candidate>;
  readonly #cwd: string;

  constructor(files: readonly Candidate[], cwd: string) {
    this.#byPath = new Map(files.map((file) => [file.path, file]));
    this.files = new Set(this.#byPath.keys());
    this.#cwd = cwd;
  }

  has(path: string): boolean {
    return this.files.has(path) || existsSync(resolve(this.#cwd, path));
  }

  read(path: string): Source | undefined {
    const file = this.#byPath.get(path);
    if (file === undefined || file.size > 16 * 1024 * 1024) return undefined;
    try {
      return { path, kind: file.kind, text: decode(readFileSync(file.absolute)).text };
    } catch {
      // Gone since it was found, or not readable: its own audit says so in `unaudited`.
      return undefined;
    }
  }
}
