import type { GitPaths } from "@modelkeep/signing/hash/ignore";
import type { Arguments, OptionSpecs } from "./arguments.ts";
import { ignoredPaths, pathInside } from "./ignored.ts";

/** Options of every `sign` and `verify`. */
export const COMMON_OPTIONS: OptionSpecs = {
  signature: { type: "string" },
  "ignore-paths": { type: "string", multiple: true },
  "ignore-git-paths": { type: "boolean" },
  "allow-symlinks": { type: "boolean" },
  compatible: { type: "boolean" },
  format: { type: "string" },
  jobs: { type: "string", short: "j" },
  help: { type: "boolean", short: "h" },
};

/** What both commands read of them. */
export interface Common {
  readonly model: string;
  readonly signature: string;
  readonly ignorePaths: readonly string[];
  /** Undefined: the command's own default. */
  readonly ignoreGitPaths: boolean | undefined;
  readonly allowSymlinks: boolean;
  readonly compatible: boolean;
  readonly format: "text" | "json";
  readonly jobs: number | undefined;
}

/** @param signature where it is when the option is not given; undefined: the option must be given */
export function readCommon(args: Arguments, signature: string | undefined): Common {
  const model = args.model();
  const file = args.text("signature") ?? signature ?? args.required("signature");
  const own = pathInside(model, file);
  return {
    model,
    signature: file,
    ignorePaths: [...ignoredPaths(model, args.texts("ignore-paths")), ...(own === undefined ? [] : [own])],
    ignoreGitPaths: args.flag("ignore-git-paths"),
    allowSymlinks: args.flag("allow-symlinks") === true,
    compatible: args.flag("compatible") === true,
    format: formatOf(args),
    jobs: jobsOf(args),
  };
}

function formatOf(args: Arguments): "text" | "json" {
  const format = args.text("format") ?? "text";
  if (format === "text" || format === "json") return format;
  return args.fail(`unknown format ${JSON.stringify(format)}`, "use text or json");
}

const MAX_JOBS = 256;

function jobsOf(args: Arguments): number | undefined {
  const text = args.text("jobs");
  if (text === undefined) return undefined;
  const jobs = /^[0-9]{1,3}$/u.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MAX_JOBS) return jobs;
  return args.fail(`--jobs ${JSON.stringify(text)} is no number of threads`, `use 1 to ${MAX_JOBS}`);
}

/** What `--ignore-git-paths` and `--no-ignore-git-paths` mean. */
export function gitPathsOf(flag: boolean | undefined, byDefault: GitPaths): GitPaths {
  if (flag === undefined) return byDefault;
  return flag ? "all" : "none";
}
