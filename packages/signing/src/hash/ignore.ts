/** Which git files at the top of the folder are left out. */
export type GitPaths =
  /** none */
  | "none"
  /** git's own: the folder or file `.git`, the files `.gitattributes` and `.gitignore`; workflows in `.github` count */
  | "repository"
  /** also `.github`: what the reference tool leaves out */
  | "all";

/** What to leave out of a manifest, relative to the model's folder. */
export interface IgnoreOptions {
  /** Files, or folders with all that is in them, in the one spelling of {@link checkPath}. */
  readonly ignorePaths?: readonly string[];
  /** Default: `none`. */
  readonly gitPaths?: GitPaths;
}

/** What a folder's entry is, before anything is followed. */
export type EntryKind = "file" | "folder" | "link" | "special";

/** The paths that {@link GitPaths} stands for, as the reference tool writes them into a signature. */
export function gitPathsOf(git: GitPaths): readonly string[] {
  switch (git) {
    case "none":
      return [];
    case "repository":
      return [".git", ".gitattributes", ".gitignore"];
    case "all":
      return [".git", ".gitattributes", ".github", ".gitignore"];
  }
}

/** Decides for each entry while the folder is walked; what lies below an ignored folder is never asked for. */
export type Ignores = (path: string, kind: EntryKind) => boolean;

export function ignores(options: IgnoreOptions): Ignores {
  const paths = new Set(options.ignorePaths);
  const git = options.gitPaths ?? "none";
  const gitPaths = new Set(gitPathsOf(git));
  return (path, kind) => {
    if (paths.has(path) || paths.has(".")) return true;
    if (!gitPaths.has(path)) return false;
    // Only what git itself would put there: a folder `.gitignore` could hold a model's code.
    return git === "all" || (path === ".git" ? kind !== "special" && kind !== "link" : kind === "file");
  };
}
