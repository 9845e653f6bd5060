import { rule as gateIgnored } from "../../rules/mk2801.ts";
import type { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { mapSettings } from "../compose/environment.ts";
import { checkGates } from "../pipeline/check-gates.ts";
import { titlesGate } from "../pipeline/gates.ts";
import type { Workspace } from "../pipeline/workspace.ts";
import { checkScript } from "../shell/checks/all.ts";
import { sayStopped } from "../shell/inspect.ts";
import { readScript } from "../shell/read.ts";
import { type Entry, entry, isTrue, mappedOf, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";
import { checkPinned, checkSoft, checkTrust, isCheckingAction } from "./actions.ts";
import { type Origin, expressionsIn, originOf } from "./expressions.ts";
import type { Facts } from "./facts.ts";
import { checkFetched, checkInjections, checkPrinted } from "./scripts.ts";

/** What holds for the steps of one job. */
export interface JobContext {
  readonly document: YamlDocument;
  readonly facts: Facts;
  readonly reporter: Reporter;
  readonly workspace: Workspace;
  readonly title: string;
  readonly shell: string | undefined;
  readonly folder: string;
  /** Variables that hold a stranger's text, and those that hold a secret. */
  readonly tainted: ReadonlyMap<string, Origin>;
  readonly secrets: ReadonlySet<string>;
  /** Text of the whole job: does anybody ask for a step's outcome? */
  readonly jobText: string;
}

/** @returns whether the step checks something */
export function checkStep(step: unknown, job: JobContext): boolean {
  const { document, reporter } = job;
  const env = entry(document, step, "env")?.value;
  for (const setting of mapSettings(document, env)) checkSetting(reporter, setting);
  const { tainted, secrets } = withEnvironment(document, env, job);
  const uses = entry(document, step, "uses");
  const run = entry(document, step, "run");
  const title = `${textOf(entry(document, step, "name")?.value) ?? ""} ${textOf(entry(document, step, "id")?.value) ?? ""}`;
  let gate = false;
  if (uses !== undefined) gate = checkUses(step, uses, { ...job, tainted, secrets });
  if (run !== undefined) gate = checkRun(step, run, title, { ...job, tainted, secrets }) || gate;
  if (gate || (titlesGate(title) && (uses === undefined || !isAround(uses)))) checkIgnored(step, job);
  return gate;
}

/** A checkout of another repository, or to another place; a pull request's own repository has the same files. */
function bringsOther(document: YamlDocument, inputs: unknown): boolean {
  const repository = textOf(entry(document, inputs, "repository")?.value);
  const own = repository === undefined || /\$\{\{\s*github\./u.test(repository);
  return (
    !own ||
    entry(document, inputs, "path") !== undefined ||
    entry(document, inputs, "submodules") !== undefined
  );
}

/** Actions that carry, comment or prepare, whatever their step is called. */
function isAround({ value }: Entry): boolean {
  return /(?:upload|download|cache|checkout|setup|codecov|coverage|comment|report|notify|slack|publish|deploy|release|login|github-script)/iu.test(
    textOf(value) ?? "",
  );
}

/** The job's variables with those of a step or job added. */
export function withEnvironment(
  document: YamlDocument,
  env: unknown,
  outer: Pick<JobContext, "tainted" | "secrets" | "facts">,
) {
  const tainted = new Map(outer.tainted);
  const secrets = new Set(outer.secrets);
  for (const { name, value } of mapSettings(document, env)) {
    for (const { text } of expressionsIn(value)) {
      const origin = originOf(text, outer.facts.harmless, outer.tainted);
      if (origin !== undefined) tainted.set(name, origin);
      if (/(?:^|[^\w.])secrets\./u.test(text)) secrets.add(name);
    }
  }
  return { tainted, secrets };
}

function checkUses(step: unknown, uses: Entry, job: JobContext): boolean {
  const { document, reporter, workspace } = job;
  const name = textOf(uses.value) ?? "";
  checkPinned(name, uses.range, workspace, reporter);
  checkTrust(document, step, uses, job.facts, reporter);
  const inputs = entry(document, step, "with")?.value;
  const script = entry(document, inputs, "script");
  if (name.startsWith("actions/github-script@") && script !== undefined) {
    checkInjections(mappedOf(script.value, reporter.source.text), job.facts.harmless, job.tainted, reporter);
  }
  if (/download-artifact|\/cache(?:\/restore)?@/u.test(name)) workspace.addUnknown();
  if (name.startsWith("actions/checkout@") && bringsOther(document, inputs)) workspace.addUnknown();
  if (isCheckingAction(name)) checkSoft(document, step, reporter);
  return isCheckingAction(name);
}

function checkRun(step: unknown, run: Entry, title: string, job: JobContext): boolean {
  const { document, reporter } = job;
  const source = mappedOf(run.value, reporter.source.text);
  checkInjections(source, job.facts.harmless, job.tainted, reporter);
  const shell = textOf(entry(document, step, "shell")?.value) ?? job.shell ?? job.facts.shell;
  if (shell !== undefined && !/^(?:bash|sh)\b/u.test(shell)) return false;
  const script = readScript(source);
  checkScript(script, new Map(), { reporter, kind: "pipeline" });
  checkPrinted(script, job.secrets, reporter);
  checkFetched(script, job.facts, reporter);
  sayStopped(reporter, script);
  job.workspace.enter(
    textOf(entry(document, step, "working-directory")?.value) ??
      (job.folder === "" ? job.facts.folder : job.folder),
  );
  const options = {
    errexit: shell === undefined || !shell.includes("{0}") || shell.includes("-e"),
    pipefail: shell === "bash" || (shell?.includes("pipefail") ?? false),
  };
  return checkGates({ script, title, options, workspace: job.workspace }, reporter);
}

/** `continue-on-error: true` and `if: false` on a step that checks, unless somebody asks for its outcome. */
function checkIgnored(step: unknown, { document, reporter, jobText }: JobContext): void {
  const id = textOf(entry(document, step, "id")?.value);
  const asked =
    id !== undefined &&
    new RegExp(`steps\\.${id.replaceAll(/[^\w-]/gu, "")}\\.(?:outcome|conclusion|outputs)`, "u").test(
      jobText,
    );
  const ignored = entry(document, step, "continue-on-error");
  if (ignored !== undefined && isAlways(ignored.value) && !asked) {
    reporter.add(
      gateIgnored,
      ignored.range,
      say("The job goes on when this check fails", "该检查失败时任务仍会继续"),
      lineRemoval(ignored, reporter),
    );
  }
  const condition = entry(document, step, "if");
  if (condition !== undefined && /^(?:\$\{\{\s*)?false(?:\s*\}\})?$/u.test(textOf(condition.value) ?? "")) {
    reporter.add(gateIgnored, condition.range, say("This check never runs", "该检查永不执行"));
  }
}

/** True whatever happens; a matrix value is a choice for some. */
export function isAlways(node: unknown): boolean {
  return isTrue(node) || /^\$\{\{\s*true\s*\}\}$/u.test(textOf(node) ?? "");
}

/** Takes the line out, when it is a line of its own. */
export function lineRemoval({ range }: Entry, { source }: Reporter) {
  const start = source.text.lastIndexOf("\n", range[0] - 1) + 1;
  const stop = source.text.indexOf("\n", range[1]);
  const end = stop < 0 ? source.text.length : stop + 1;
  if (
    !/^[ \t]+(?:continue-on-error|allow_failure):[ \t]*true[ \t]*\r?\n$/u.test(source.text.slice(start, end))
  )
    return {};
  return {
    fix: {
      title: say("Let the check fail the job", "让检查失败时终止任务"),
      edits: [{ start, end, text: "" }],
    },
  };
}
