import type { Source } from "../../model/source.ts";
import { rule as rootContainer } from "../../rules/mk2605.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { movingTag } from "../common/image.ts";
import type { Inspected } from "../../inspector.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { isExample } from "../secrets/check.ts";
import { checkInvocation, checkScript } from "../shell/checks/all.ts";
import type { Context } from "../shell/checks/context.ts";
import { sayStopped } from "../shell/inspect.ts";
import { serverOf } from "../shell/server.ts";
import { scriptOfVector } from "../shell/vector.ts";
import { walk } from "../shell/walk.ts";
import { checkInstruction } from "./instructions.ts";
import { readDockerfile } from "./read.ts";
import { type Stage, type Start, stagesOf, startOf } from "./stages.ts";

/** A Dockerfile or Containerfile. Of several stages each is looked at; who runs, and what starts, is asked of the last. */
export function inspectDockerfile(source: Source): Inspected {
  const reporter = new Reporter(source);
  const instructions = readDockerfile(source.text);
  const context: Context = { reporter, kind: "dockerfile", example: isExample(source.path) };
  const stages = stagesOf(instructions);
  if (stages.length === 0 && source.text.trim() !== "") {
    reporter.partial(say("no FROM: only single instructions were audited", "没有 FROM：仅审计单条指令"));
  }
  for (const stage of stages) checkStage(stage, stages, context);
  for (const one of instructions) checkInstruction(one, stages, context);
  const final = stages.at(-1);
  if (final !== undefined) checkUser(final, stages, reporter);
  return reporter.result();
}

function checkStage(stage: Stage, stages: readonly Stage[], context: Context): void {
  const moving = stages.some(({ name }) => name !== "" && name === stage.base.toLowerCase())
    ? undefined
    : movingTag(stage.base);
  if (moving !== undefined) {
    context.reporter.add(
      unpinnedImage,
      stage.from.range,
      say(`${stage.base} names no version`, `${stage.base} 未指定版本`),
    );
  }
  const start = startOf(stage);
  if (start !== undefined) checkStart(start, stage, context);
}

function checkStart(start: Start, stage: Stage, context: Context): void {
  if (start.form === "vector") return checkVector(start, stage, context);
  checkScript(start.script, new Map(stage.variables), context);
  sayStopped(context.reporter, start.script);
}

/** `["sh", "-c", "mlflow server …"]` is a script after all; the place is that of the string. */
function checkVector(start: Start & { form: "vector" }, stage: Stage, context: Context): void {
  const script = scriptOfVector(start.invocation);
  if (script === undefined) checkInvocation(start.invocation, context);
  else checkScript(script, new Map(stage.variables), context);
}

function checkUser(final: Stage, stages: readonly Stage[], reporter: Reporter): void {
  const user = userOf(final, stages, 0);
  if (user !== undefined) {
    const name = user.body.text.trim().split(":")[0] ?? "";
    if (name === "root" || name === "0") {
      reporter.add(rootContainer, user.range, say("The last USER is root", "最后的 USER 是 root"));
    }
    return;
  }
  const start = startOf(final);
  if (start === undefined || !startsMlflow(start)) return;
  reporter.add(
    rootContainer,
    start.range,
    say("No USER: MLflow runs as root", "没有 USER：MLflow 以 root 运行"),
    {
      severity: "low",
    },
  );
}

/** The last `USER` of the stage, or of the stage that it is built on. */
function userOf(stage: Stage, stages: readonly Stage[], depth: number): Stage["from"] | undefined {
  const own = stage.instructions.findLast(({ name, onbuild }) => name === "USER" && !onbuild);
  if (own !== undefined || depth > 20) return own;
  const base = stages.find(
    (one) => one !== stage && one.name !== "" && one.name === stage.base.toLowerCase(),
  );
  return base === undefined ? undefined : userOf(base, stages, depth + 1);
}

function startsMlflow(start: Start): boolean {
  const script = start.form === "shell" ? start.script : scriptOfVector(start.invocation);
  const starts = script === undefined ? [] : [...walk(script, new Map())].map((site) => site.invocation);
  if (start.form === "vector") starts.push(start.invocation);
  return starts.some(
    (one) => serverOf(one) !== undefined || (one.name === "mlflow" && one.args[0]?.text === "models"),
  );
}
