import { type Invocation, hasFlag, isPython, optionsOf, programName } from "../shell/invocation.ts";
import { SHELLS } from "../shell/walk.ts";

/** Programs whose failure is meant to stop a pipeline. */
const TOOLS: ReadonlySet<string> = new Set([
  "bandit",
  "safety",
  "pip-audit",
  "semgrep",
  "trivy",
  "grype",
  "snyk",
  "gitleaks",
  "trufflehog",
  "detect-secrets",
  "detect-secrets-hook",
  "modelscan",
  "picklescan",
  "fickling",
  "modelkeep",
  "model_signing",
  "cosign",
  "ruff",
  "flake8",
  "mypy",
  "pyright",
  "pylint",
  "pytest",
  "tox",
  "nox",
  "checkov",
  "hadolint",
  "tfsec",
  "kics",
  "osv-scanner",
  "dockle",
  "kubesec",
  "kube-linter",
  "conftest",
  "opa",
  "shellcheck",
  "actionlint",
  "zizmor",
  "pyre",
  "dodgy",
  "pre-commit",
  "sha256sum",
  "shasum",
  "slsa-verifier",
  "govulncheck",
  "cargo-audit",
  "yamllint",
  "great_expectations",
  "deepchecks",
  "prowler",
]);
/** Of programs that do many things, what is a check. */
const SUBCOMMANDS: ReadonlyMap<string, RegExp> = new Map([
  ["npm", /^(?:audit|test|run (?:test|lint|audit|check)\S*|t)(?: |$)/u],
  ["yarn", /^(?:audit|test|lint|npm audit)(?: |$)/u],
  ["pnpm", /^(?:audit|test|lint)(?: |$)/u],
  ["npx", /^(?:-y |--yes )?(?:modelkeep|eslint|audit-ci|jest|vitest|snyk)(?: |$)/u],
  ["uvx", /^(?:bandit|ruff|pip-audit|safety|semgrep|mypy|pytest|zizmor)(?: |$|@)/u],
  ["pipx", /^run (?:bandit|ruff|pip-audit|safety|semgrep|mypy|pytest|zizmor)(?: |$)/u],
  ["make", /(?:^| )\S*(?:test|lint|check|audit|scan|secur|verify|validate)\S*(?: |$)/u],
  ["black", /--check/u],
  ["isort", /--check/u],
  ["gpg", /--verify/u],
  ["openssl", /^(?:dgst .*-verify|verify)/u],
  ["mlflow", /^models validate|^run .*(?:valid|check|verif|test)/u],
  ["docker", /^(?:scout cves|scan|trust inspect)|(?:^run .*(?:trivy|grype|bandit|semgrep|gitleaks|snyk))/u],
  ["dvc", /^(?:metrics diff|repro .*(?:valid|check|verif|test))/u],
  ["cargo", /^(?:audit|test|clippy|deny)/u],
  ["go", /^(?:test|vet)/u],
  ["git", /^(?:verify-commit|verify-tag)/u],
]);
/** Not a check whatever it is called: reports, installations, listings. */
const NO_CHECK = /^(?:--version|--help|-V|version|install|login|configure|init|plugin|db)$/u;
const GATE_WORD =
  /(?:^|[^a-z])(?:pre)?(?:check(?:s|er|list)?|verif(?:y|ier|ication)|validat(?:e|es|or|ion)|audit(?:or)?|scan(?:s|ner|ning)?|gate(?:s|keeper)?|guard(?:s|rail|rails)?|tests?|lint(?:er|ing)?|secur(?:e|ity)|polic(?:y|ies)|compliance|attest(?:ation)?|enforce|approv(?:e|al)|smoke|canary|sast|dast|quality|vuln(?:erability|erabilities)?)(?=$|[^a-z])/iu;

/** Does a name say that this is a check: of a step, a job, a script? Camel case and underscores are word breaks. */
export function namesGate(name: string): boolean {
  return GATE_WORD.test(name.replaceAll(/([a-z0-9])([A-Z])/gu, "$1 $2").replaceAll("_", " "));
}

/** Steps around a check: what they do may fail without anything being unchecked. */
const AROUND =
  /^\s*(?:upload|publish|install|cache|download|set[- ]?up|comment|notify|post|report|archive|save|restore|check[- ]?out|prepare|start|stop|clean|collect|push|tag|annotate|summar|send|create|fetch|login|log in)/iu;

/** Is a step of this title a check itself? */
export function titlesGate(title: string): boolean {
  return !AROUND.test(title) && namesGate(title);
}

/** Commands that fail in good pipelines: looking, cleaning up, preparing. Also in a step that is called a check. */
const ORDINARY: ReadonlySet<string> = new Set([
  "grep",
  "egrep",
  "fgrep",
  "rg",
  "mkdir",
  "rm",
  "rmdir",
  "cp",
  "mv",
  "ln",
  "cat",
  "ls",
  "find",
  "kill",
  "pkill",
  "killall",
  "echo",
  "printf",
  "touch",
  "chmod",
  "chown",
  "head",
  "tail",
  "sed",
  "awk",
  "cut",
  "sort",
  "uniq",
  "wc",
  "jq",
  "yq",
  "tee",
  "cd",
  "source",
  ".",
  "export",
  "unset",
  "set",
  "sleep",
  "wait",
  "curl",
  "wget",
  "tar",
  "unzip",
  "zip",
  "apt",
  "apt-get",
  "apk",
  "yum",
  "dnf",
  "brew",
  "pip",
  "pip3",
  "conda",
  "mamba",
  "poetry",
  "uv",
  "docker",
  "docker-compose",
  "podman",
  "kubectl",
  "helm",
  "git",
  "gh",
  "aws",
  "gcloud",
  "az",
  "which",
  "command",
  "type",
  "test",
  "[",
  "[[",
  "true",
  "false",
  ":",
  "exit",
  "return",
  "read",
  "date",
  "env",
  "sudo",
  "systemctl",
  "service",
  "diff",
  "cmp",
  "du",
  "df",
  "id",
  "whoami",
  "npm",
  "yarn",
  "pnpm",
  "make",
  "mlflow",
  "dvc",
  "eval",
  "deactivate",
  "local",
  "declare",
  "readonly",
  "umount",
  "mount",
  "lsof",
  "nc",
  "ps",
  "tree",
  "break",
  "continue",
  "shift",
  "trap",
  "ssh",
  "scp",
  "rsync",
  "codecov",
  "coverage",
  "black",
  "isort",
  "gpg",
  "openssl",
  "cargo",
  "go",
]);

/**
 * Is this command a check whose failure is meant to count?
 * @param context name of the step and job that it stands in
 */
export function isGate(invocation: Invocation, context: string): boolean {
  const { name, args } = invocation;
  const words = args.map(({ text }) => text);
  if (TOOLS.has(name))
    return (
      !NO_CHECK.test(words[0] ?? "") &&
      (!/^sha\d*sum$/u.test(name) || hasFlag(args, "-c", "--check") !== undefined)
    );
  const sub = SUBCOMMANDS.get(name);
  if (sub?.test(words.join(" ").slice(0, 2000)) === true) return true;
  const script = scriptPath(invocation);
  if (script !== undefined) return namesGate(programName(script)) || titlesGate(context);
  return (
    !ORDINARY.has(name) &&
    !name.includes("{{") &&
    (isPython(name) ? namesGate(words.join(" ").slice(0, 300)) || titlesGate(context) : namesGate(name))
  );
}

/** The file that an interpreter or a path runs; `undefined` for programs by name, `-c` and `-m`. */
export function scriptPath({ name, head, args }: Invocation): string | undefined {
  if (SHELLS.has(name) || isPython(name) || /^(?:node|Rscript|ruby|perl|source|\.)$/u.test(name)) {
    for (const [index, { text }] of args.entries()) {
      if (/^-[a-z]*[cme]$/u.test(text)) return undefined;
      if (!text.startsWith("-") && !/^-[WX]$/u.test(args[index - 1]?.text ?? "")) return text;
    }
    return undefined;
  }
  return /^(?:\.{1,2}\/|[\w.-]+\/)/u.test(head.text) && !head.text.includes("://") ? head.text : undefined;
}

/** Flags by which a check says that it never fails. */
export function neverFails(invocation: Invocation): string | undefined {
  const { name, args } = invocation;
  const flag = hasFlag(
    args,
    "--exit-zero",
    "--no-fail",
    "--soft-fail",
    "--exit-code=0",
    "--fail-on=none",
    "--no-exit-code",
    "--no-error",
    "--audit-level=none",
  );
  if (flag !== undefined && !name.startsWith("sha")) return flag.text;
  if (name === "safety") return hasFlag(args, "--continue-on-error")?.text;
  const zero = optionsOf(args, "--exit-code").find(({ text }) => text === "0");
  return zero === undefined ? undefined : "--exit-code 0";
}
