import { rule as gateIgnored } from "../../rules/mk2801.ts";
import { rule as fileMissing } from "../../rules/mk2802.ts";
import { rule as unpinned } from "../../rules/mk2804.ts";
import { rule as untrustedCheckout } from "../../rules/mk2805.ts";
import { rule as untrustedArtifact } from "../../rules/mk2809.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { movingTag } from "../common/image.ts";
import type { Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import type { Workspace } from "../pipeline/workspace.ts";
import { type Entry, entriesOf, entry, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";
import type { Facts } from "./facts.ts";

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/iu;

/** An action or reusable workflow by its name: does anybody else decide what it is tomorrow? */
export function checkPinned(uses: string, range: Range, workspace: Workspace, reporter: Reporter): void {
  if (uses.startsWith("./")) return checkLocal(uses, range, workspace, reporter);
  if (uses.startsWith("docker://")) {
    if (movingTag(uses.slice("docker://".length)) === undefined) return;
    return reporter.add(unpinnedImage, range, say(`${uses} names no version`, `${uses} 未指定版本`));
  }
  const match = /^([\w.-]+)\/([^@\s]+)@(\S+)$/u.exec(uses);
  const [, owner = "", , reference = ""] = match ?? [];
  if (match === null || COMMIT.test(reference) || reference.includes("${{")) return;
  // Whoever runs GitHub's runners can change what its own actions do, pinned or not.
  const own = owner === "actions" || owner === "github";
  if (own && /^v?\d/u.test(reference)) return;
  reporter.add(
    unpinned,
    range,
    say(`${reference} of ${owner}'s action can be moved`, `${owner} 的 action 引用 ${reference} 可被移动`),
  );
}

function checkLocal(uses: string, range: Range, workspace: Workspace, reporter: Reporter): void {
  workspace.enter("");
  const isFile = /\.ya?ml$/u.test(uses);
  const names = isFile ? [uses] : [`${uses}/action.yml`, `${uses}/action.yaml`, `${uses}/Dockerfile`];
  if (!names.every((name) => workspace.lacks(name))) return;
  reporter.add(fileMissing, range, say(`${uses} is not in the project`, `项目中没有 ${uses}`));
}

const HEAD =
  /github\.event\.pull_request\.head\.|github\.head_ref|refs\/pull\/|github\.event\.workflow_run\.head_|github\.event\.number/u;

/** `actions/checkout` and downloads in workflows that have secrets and a stranger's event. */
export function checkTrust(
  document: YamlDocument,
  step: unknown,
  uses: Entry,
  facts: Facts,
  reporter: Reporter,
): void {
  const name = (textOf(uses.value) ?? "").split("@")[0] ?? "";
  const inputs = entry(document, step, "with")?.value;
  const privileged =
    facts.events.has("pull_request_target") ||
    facts.events.has("workflow_run") ||
    facts.events.has("issue_comment");
  if (!privileged) return;
  if (name === "actions/checkout") {
    for (const key of ["ref", "repository"]) {
      const given = entry(document, inputs, key);
      if (given === undefined || !HEAD.test(textOf(given.value) ?? "")) continue;
      reporter.add(
        untrustedCheckout,
        given.range,
        say(
          "A stranger's commit is checked out with secrets at hand",
          "在可访问机密的环境中检出了陌生人的提交",
        ),
      );
      return;
    }
  }
  const runId = entry(document, inputs, "run-id") ?? entry(document, inputs, "run_id");
  const fromRun =
    name === "actions/download-artifact" ? runId !== undefined : name.endsWith("download-artifact");
  if (facts.events.has("workflow_run") && fromRun) {
    reporter.add(
      untrustedArtifact,
      uses.range,
      say("The artifact may come from a stranger's pull request", "该制品可能来自陌生人的拉取请求"),
    );
  }
}

/** Settings by which an action that checks says that it never fails. */
const SOFT: ReadonlyMap<string, RegExp> = new Map([
  ["exit-code", /^0$/u],
  ["soft_fail", /^true$/iu],
  ["soft-fail", /^true$/iu],
  ["fail-build", /^false$/iu],
  ["fail_build", /^false$/iu],
  ["fail-on-error", /^false$/iu],
  ["no-fail", /^true$/iu],
  ["ignore-failure", /^true$/iu],
  ["continue_on_error", /^true$/iu],
  ["exit-zero", /^true$/iu],
  ["fail_action", /^false$/iu],
  ["fail-on-severity", /^none$/iu],
  ["fail-on", /^(?:none|never)$/iu],
]);

export function checkSoft(document: YamlDocument, step: unknown, reporter: Reporter): void {
  for (const input of entriesOf(document, entry(document, step, "with")?.value)) {
    if (SOFT.get(input.key)?.test(textOf(input.value) ?? "") !== true) continue;
    reporter.add(gateIgnored, input.range, say("The check is told never to fail", "该检查被设置为永不失败"));
  }
}

const CHECKING =
  /(?:trivy|grype|scan-action|snyk|semgrep|bandit|gitleaks|trufflehog|checkov|tfsec|kics|codeql-action\/analyze|dependency-review|pip-audit|safety|hadolint|super-linter|osv-scanner|modelkeep|modelscan|zizmor|pre-commit|sonar|ossf\/scorecard|cosign|slsa)/iu;

/** Does this action check something? */
export function isCheckingAction(uses: string): boolean {
  return CHECKING.test(uses.split("@")[0] ?? "");
}
