import { posix } from "node:path";
import type { Inspected, ProjectContext } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { rule as gateIgnored } from "../../rules/mk2801.ts";
import { rule as fileMissing } from "../../rules/mk2802.ts";
import { movingTag } from "../common/image.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { mapSettings } from "../compose/environment.ts";
import { checkGates } from "../pipeline/check-gates.ts";
import { namesGate } from "../pipeline/gates.ts";
import { Workspace } from "../pipeline/workspace.ts";
import { checkScript } from "../shell/checks/all.ts";
import { sayStopped } from "../shell/inspect.ts";
import { readScript } from "../shell/read.ts";
import type { Variables } from "../shell/values.ts";
import {
  type Entry,
  entriesOf,
  entry,
  isMapping,
  isSequence,
  isTrue,
  itemsOf,
  mappedOf,
  textOf,
} from "../yaml/look.ts";
import { type YamlDocument, readYaml } from "../yaml/read.ts";
import { lineRemoval } from "../workflow/step.ts";

const SCRIPTS = ["before_script", "script", "after_script"];

/** A pipeline of GitLab: each job's commands, its image and variables, and whether it may fail. */
export function inspectGitlab(source: Source, project: ProjectContext): Inspected {
  const reporter = new Reporter(source);
  const folder = posix.dirname(source.path);
  const root = folder === "." ? "" : folder;
  for (const document of readYaml(reporter)) {
    checkIncludes(document, root, project, reporter);
    checkSettings(document, document.root, reporter);
    for (const job of entriesOf(document, document.root)) {
      if (!isMapping(job.value) || /^(?:variables|include|workflow|cache|stages|spec)$/u.test(job.key))
        continue;
      checkJob(document, job, new Workspace(root, project), reporter);
    }
  }
  return reporter.result();
}

function checkIncludes(
  document: YamlDocument,
  root: string,
  project: ProjectContext,
  reporter: Reporter,
): void {
  const include = entry(document, document.root, "include")?.value;
  for (const item of isSequence(include) ? itemsOf(document, include) : [include]) {
    const local = entry(document, item, "local");
    const path = textOf(local?.value);
    if (local === undefined || path === undefined || /[$*]/u.test(path)) continue;
    if (project.has(posix.join(root === "" ? "." : root, path))) continue;
    reporter.add(fileMissing, local.range, say(`${path} is not in the project`, `项目中没有 ${path}`));
  }
}

function checkSettings(document: YamlDocument, owner: unknown, reporter: Reporter): void {
  for (const setting of mapSettings(document, entry(document, owner, "variables")?.value))
    checkSetting(reporter, setting);
  const given = entry(document, owner, "image");
  const image = isMapping(given?.value) ? entry(document, given.value, "name") : given;
  if (image === undefined || movingTag(textOf(image.value) ?? "") === undefined) return;
  reporter.add(unpinnedImage, image.range, say("The job's image names no version", "任务镜像未指定版本"));
}

function checkJob(document: YamlDocument, job: Entry, workspace: Workspace, reporter: Reporter): void {
  checkSettings(document, job.value, reporter);
  const variables: Variables = new Map();
  let gate = namesGate(job.key);
  for (const key of SCRIPTS) {
    const lines = entry(document, job.value, key)?.value;
    for (const line of isSequence(lines) ? itemsOf(document, lines) : [lines]) {
      if (textOf(line) === undefined) continue;
      const script = readScript(mappedOf(line, reporter.source.text));
      checkScript(script, variables, { reporter, kind: "pipeline" });
      sayStopped(reporter, script);
      const options = { errexit: true, pipefail: false };
      gate = checkGates({ script, title: job.key, options, workspace }, reporter) || gate;
    }
  }
  const may = entry(document, job.value, "allow_failure");
  if (!gate || may === undefined || !isTrue(may.value)) return;
  reporter.add(
    gateIgnored,
    may.range,
    say("The pipeline passes when this check fails", "该检查失败时流水线仍会通过"),
    lineRemoval(may, reporter),
  );
}
