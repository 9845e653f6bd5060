import type { FileKind } from "../model/source.ts";

/** By name alone, in order; the first that fits decides. `*` stands for the path with `/` between parts, lower case. */
const NAMES: readonly (readonly [RegExp, FileKind])[] = [
  [/\.pyw?$/, "python"],
  [/\.ipynb$/, "notebook"],
  [/(^|\/)mlmodel$/, "mlmodel"],
  [/(^|\/)mlproject$/, "mlproject"],
  [/(^|\/)(conda|environment|python_env)([-_.][\w.-]*)?\.ya?ml$/, "conda"],
  [/(^|\/)[\w.-]*(requirements|constraints)[\w.-]*\.(txt|in|pip)$/, "requirements"],
  [/(^|\/)requirements\/[\w.-]+\.(txt|in)$/, "requirements"],
  [/(^|\/)pyproject\.toml$/, "pyproject"],
  [/(^|\/)(dockerfile|containerfile)(\.[\w.-]+)?$/, "dockerfile"],
  [/\.(dockerfile|containerfile)$/, "dockerfile"],
  [/(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/, "compose"],
  [/(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/, "workflow"],
  [/(^|\/)action\.ya?ml$/, "workflow"],
  [/\.gitlab-ci[\w.-]*\.ya?ml$/, "gitlab-ci"],
  [/(^|\/)\.?gitlab(-ci|\/ci)?\/[\w./-]+\.ya?ml$/, "gitlab-ci"],
  [/\.(sh|bash|zsh|ksh|dash)$/, "shell"],
  [/(^|\/)\.envrc$/, "shell"],
  [/(^|\/)\.env(\.[\w.-]+)?$/, "env"],
  [/\.env$/, "env"],
  [/\.(ini|cfg|conf|service)$/, "ini"],
  [/(^|\/)(\.netrc|_netrc|\.pypirc|\.databrickscfg)$/, "ini"],
  [/\.ya?ml$/, "yaml"],
];

const PYTHON = /^#!\s*\S*(?:\/env\s+(?:-\S+\s+)*)?\S*python[\d.]*\b/;
const SHELL = /^#!\s*\S*(?:\/env\s+(?:-\S+\s+)*)?\S*\b(?:ba|da|k|z|a)?sh\b/;

/**
 * What a file is by its name.
 * @param path `/` between its parts
 * @returns `peek` where only its first bytes can tell, undefined for what no inspector knows
 */
export function kindByName(path: string): FileKind | "peek" | undefined {
  const lower = path.toLowerCase();
  const hit = NAMES.find(([pattern]) => pattern.test(lower));
  if (hit !== undefined) return hit[1];
  const name = lower.slice(lower.lastIndexOf("/") + 1);
  return name.includes(".") ? undefined : "peek";
}

/** What a file without an extension is by its first line. @param head its first bytes, decoded */
export function kindByHead(head: string): FileKind | undefined {
  if (PYTHON.test(head)) return "python";
  return SHELL.test(head) ? "shell" : undefined;
}

/** What a YAML file is by what it says; other kinds stay as they are. */
export function kindByText(kind: FileKind, text: string): FileKind {
  if (kind !== "yaml") return kind;
  if (/^apiVersion\s*:/m.test(text) && /^kind\s*:/m.test(text)) return "kubernetes";
  if (/^jobs\s*:/m.test(text) && /^["']?on["']?\s*:/m.test(text) && /^\s+(runs-on|uses)\s*:/m.test(text))
    return "workflow";
  if (/^services\s*:/m.test(text) && /^\s+(image|build)\s*:/m.test(text)) return "compose";
  if (/^dependencies\s*:/m.test(text) && /^(channels|name)\s*:/m.test(text)) return "conda";
  return kind;
}
