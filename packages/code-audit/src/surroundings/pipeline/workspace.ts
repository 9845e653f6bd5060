import { posix } from "node:path";
import type { ProjectContext } from "../../inspector.ts";
import type { Invocation } from "../shell/invocation.ts";
import { type Script, constantOf } from "../shell/syntax.ts";

const MAKERS = new Set([
  "curl",
  "wget",
  "cp",
  "mv",
  "ln",
  "tar",
  "unzip",
  "git",
  "gh",
  "aws",
  "gsutil",
  "gcloud",
  "az",
  "dvc",
  "tee",
  "install",
  "touch",
  "cat",
  "rsync",
  "scp",
  "make",
  "npm",
  "docker",
]);

/** The checked-out files of one job, as far as they can be known. */
export class Workspace {
  readonly #root: string | undefined;
  readonly #project: ProjectContext;
  #folder: string | undefined = "";
  readonly #made = new Set<string>();
  #unknown = false;

  /** @param root path of the repository's root as in `Source.path`, `""` for the working directory; undefined when it is not known */
  constructor(root: string | undefined, project: ProjectContext) {
    this.#root = root;
    this.#project = project;
  }

  /** A new step starts here; a folder with a variable in its name is unknown. */
  enter(folder: string): void {
    this.#folder = /[${}]/u.test(folder) ? undefined : folder;
  }

  /** From here on, files may be there that the repository does not have. */
  addUnknown(): void {
    this.#unknown = true;
  }

  /** Learns what a command makes or where it goes. */
  follow(invocation: Invocation, script: Script): void {
    const { name, args, node } = invocation;
    if (name === "cd" || name === "pushd") this.#go(args[0]?.text ?? "~");
    if (MAKERS.has(name)) for (const { text } of args) this.#made.add(posix.basename(text));
    if (name === "git" && args.some(({ text }) => text === "clone" || text === "submodule"))
      this.#unknown = true;
    for (const { operator, target } of script.nodes[node]?.redirects ?? []) {
      if (operator.includes(">")) this.#made.add(posix.basename(constantOf(target) ?? ""));
    }
  }

  #go(folder: string): void {
    if (this.#folder === undefined) return;
    this.#folder = /[${}~]|^[-/]/u.test(folder) ? undefined : posix.join(this.#folder, folder);
  }

  /** Is it sure that this file is not there? */
  lacks(path: string): boolean {
    if (this.#root === undefined || this.#folder === undefined || this.#unknown) return false;
    // What has another ending is built, not written.
    if (!/(?:^|\/)[^./]+$|\.(?:py|sh|bash|zsh|m?js|cjs|ts|rb|pl|R|r|ps1|ya?ml)$|Dockerfile$/u.test(path))
      return false;
    if (/[${}*?~`]|^\/|^\.$/u.test(path) || this.#made.has(posix.basename(path))) return false;
    if (/(?:^|\/)(?:node_modules|\.venv|venv|build|dist|target|bin)\//u.test(path)) return false;
    const full = posix.normalize(posix.join(this.#root === "" ? "." : this.#root, this.#folder, path));
    if (full.startsWith("../")) return false;
    return !this.#project.has(full);
  }
}
