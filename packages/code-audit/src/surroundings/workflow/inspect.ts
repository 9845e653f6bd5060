import type { Inspected, ProjectContext } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { rule as gateIgnored } from "../../rules/mk2801.ts";
import { rule as broad } from "../../rules/mk2806.ts";
import { rule as selfHosted } from "../../rules/mk2808.ts";
import { movingTag } from "../common/image.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { mapSettings } from "../compose/environment.ts";
import { namesGate } from "../pipeline/gates.ts";
import { Workspace } from "../pipeline/workspace.ts";
import { type Entry, at, entriesOf, entry, isMapping, itemsOf, rangeOf, textOf } from "../yaml/look.ts";
import { type YamlDocument, readYaml } from "../yaml/read.ts";
import { checkPinned } from "./actions.ts";
import { type Facts, factsOf } from "./facts.ts";
import { type JobContext, checkStep, isAlways, lineRemoval, withEnvironment } from "./step.ts";

/** A workflow of GitHub Actions, or a composite action. */
export function inspectWorkflow(source: Source, project: ProjectContext): Inspected {
  const reporter = new Reporter(source);
  const [document] = readYaml(reporter);
  if (document === undefined) return reporter.result();
  const facts = factsOf(document);
  const outer = outerContext(document, facts, reporter);
  checkPermissions(document, document.root, reporter);
  for (const setting of mapSettings(document, entry(document, document.root, "env")?.value))
    checkSetting(reporter, setting);
  const root = rootOf(source.path);
  for (const job of entriesOf(document, at(document, document.root, "jobs"))) {
    checkJob(job, { ...outer, workspace: new Workspace(root, project), title: job.key });
  }
  checkComposite(document, { ...outer, workspace: new Workspace(root, project) });
  return reporter.result();
}

function outerContext(
  document: YamlDocument,
  facts: Facts,
  reporter: Reporter,
): Omit<JobContext, "workspace"> {
  const empty = { tainted: new Map(), secrets: new Set<string>(), facts };
  const { tainted, secrets } = withEnvironment(document, entry(document, document.root, "env")?.value, empty);
  return {
    document,
    facts,
    reporter,
    title: "",
    shell: undefined,
    folder: "",
    tainted,
    secrets,
    jobText: "",
  };
}

/** `.github/workflows/x.yml` lies in its repository's root; of a file elsewhere nobody knows where the root is. */
function rootOf(path: string): string | undefined {
  const match = /^(.*?)(?:^|\/)\.github\/(?:workflows|actions)\//u.exec(path);
  return match === null ? undefined : (match[1] ?? "");
}

function checkPermissions(document: YamlDocument, owner: unknown, reporter: Reporter): void {
  const permissions = entry(document, owner, "permissions");
  if (permissions === undefined || textOf(permissions.value) !== "write-all") return;
  reporter.add(broad, permissions.range, say("The token may write everything", "令牌可写入一切"));
}

function checkJob({ key, value }: Entry, outer: Omit<JobContext, "jobText">): void {
  const { document, reporter, facts } = outer;
  const env = entry(document, value, "env")?.value;
  for (const setting of mapSettings(document, env)) checkSetting(reporter, setting);
  checkPermissions(document, value, reporter);
  checkRunner(document, value, facts, reporter);
  const uses = entry(document, value, "uses");
  if (uses !== undefined) checkPinned(textOf(uses.value) ?? "", uses.range, outer.workspace, reporter);
  const run = at(document, value, "defaults", "run");
  const [start, end] = rangeOf(value);
  const job: JobContext = {
    ...outer,
    ...withEnvironment(document, env, outer),
    title: `${key} ${textOf(entry(document, value, "name")?.value) ?? ""}`,
    shell: textOf(entry(document, run, "shell")?.value),
    folder: textOf(entry(document, run, "working-directory")?.value) ?? "",
    jobText: reporter.source.text.slice(start, end),
  };
  const gates = itemsOf(document, entry(document, value, "steps")?.value).map((step) => checkStep(step, job));
  const ignored = entry(document, value, "continue-on-error");
  if (ignored === undefined || !isAlways(ignored.value) || !(gates.includes(true) || namesGate(job.title)))
    return;
  reporter.add(
    gateIgnored,
    ignored.range,
    say("The workflow goes on when this job's checks fail", "该任务的检查失败时工作流仍会继续"),
    lineRemoval(ignored, reporter),
  );
}

function checkRunner(document: YamlDocument, job: unknown, facts: Facts, reporter: Reporter): void {
  const runner = entry(document, job, "runs-on");
  const labels = [
    textOf(runner?.value),
    ...itemsOf(document, runner?.value).map(textOf),
    ...itemsOf(document, entry(document, runner?.value, "labels")?.value).map(textOf),
  ];
  const own = labels.includes("self-hosted");
  if (
    runner !== undefined &&
    own &&
    (facts.events.has("pull_request") || facts.events.has("pull_request_target"))
  ) {
    reporter.add(
      selfHosted,
      runner.range,
      say("Pull requests run on a machine of yours", "拉取请求在自托管机器上运行"),
    );
  }
  const container = entry(document, job, "container");
  const image = isMapping(container?.value) ? entry(document, container.value, "image") : container;
  if (image === undefined || movingTag(textOf(image.value) ?? "") === undefined) return;
  reporter.add(unpinnedImage, image.range, say("The job's image names no version", "任务镜像未指定版本"));
}

/** `runs.steps` of an action; its inputs come from whoever uses it. */
function checkComposite(document: YamlDocument, outer: JobContext): void {
  const [start, end] = rangeOf(document.root);
  const job: JobContext = { ...outer, jobText: outer.reporter.source.text.slice(start, end) };
  for (const step of itemsOf(document, at(document, document.root, "runs", "steps"))) checkStep(step, job);
}
