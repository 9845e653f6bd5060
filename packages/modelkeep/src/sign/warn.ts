import { existsSync } from "node:fs";
import { join } from "node:path";
import { type GitPaths, gitPathsOf } from "@modelkeep/signing/hash/ignore";

/** Says what of the model is not signed although nobody asked for that; `modelkeep verify` is stricter here. */
export function warnOfUnsigned(model: string, gitPaths: GitPaths, asked: boolean | undefined): void {
  if (asked !== undefined || !gitPathsOf(gitPaths).includes(".github")) return;
  if (!existsSync(join(model, ".github"))) return;
  process.stderr.write(
    "modelkeep: .github is not signed: sign with --no-ignore-git-paths, or verify with --ignore-git-paths\n",
  );
}
