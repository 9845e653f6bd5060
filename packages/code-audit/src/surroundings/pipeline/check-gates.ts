import type { Fix } from "../../model/finding.ts";
import { rule as gateIgnored } from "../../rules/mk2801.ts";
import { rule as fileMissing } from "../../rules/mk2802.ts";
import type { Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import type { Invocation } from "../shell/invocation.ts";
import type { Script } from "../shell/syntax.ts";
import { walk } from "../shell/walk.ts";
import { isGate, neverFails, scriptPath } from "./gates.ts";
import type { Workspace } from "./workspace.ts";
import { type ShellOptions, type Swallowed, swallowed } from "./swallowed.ts";

/** The commands of one step and what is known around them. */
export interface Step {
  readonly script: Script;
  /** What the step is called: one that is called a check has checks in it. */
  readonly title: string;
  readonly options: ShellOptions;
  readonly workspace: Workspace;
}

const HOW = {
  alternative: say("its failure is turned into success", "其失败被转换为成功"),
  pipe: say("the pipeline's outcome is that of its last command", "管道的结果取决于最后一个命令"),
  "set +e": say("set +e is in force and nobody asks for the outcome", "已启用 set +e，且无人检查结果"),
  branch: say("a failure only prints", "失败时只是打印信息"),
  flag: say("it is told never to fail", "已指定其永不失败"),
} as const;

/** Finds checks whose failure changes nothing, and checks that are not there. @returns whether the step has a check at all */
export function checkGates(step: Step, reporter: Reporter): boolean {
  let found = false;
  for (const { invocation, script, node, outer } of walk(step.script, new Map())) {
    if (!isGate(invocation, step.title)) {
      step.workspace.follow(invocation, script);
      continue;
    }
    found = true;
    const lost = swallowed(script, node, step.options) ?? flagged(invocation);
    if (lost !== undefined) reportLost(invocation, script, lost, reporter);
    else if (outer !== undefined) reportOuter(invocation, outer, step, reporter);
    checkThere(invocation, script, step.workspace, reporter);
    step.workspace.follow(invocation, script);
  }
  return found;
}

/** `out=$(check) || true`: the assignment's outcome is the check's. */
function reportOuter(
  invocation: Invocation,
  { script, node }: { readonly script: Script; readonly node: number },
  { options }: Step,
  reporter: Reporter,
): void {
  const lost = swallowed(script, node, options);
  const whole = script.nodes[node];
  if (lost?.how !== "alternative" || whole === undefined || whole.words.length > 0) return;
  reporter.add(
    gateIgnored,
    script.source.range(whole.start, lost.end),
    say(
      `${invocation.name} is a check, but ${HOW.alternative.en}`,
      `${invocation.name} 是检查步骤，但${HOW.alternative.zh}`,
    ),
    { severity: severityOf(invocation) },
  );
}

/** What only style or types depend on is less than what security does. */
function severityOf({ name }: Invocation): "high" | "medium" {
  return /^(?:ruff|flake8|mypy|pyright|pylint|yamllint|isort|black|shellcheck|hadolint|actionlint|pre-commit)$/u.test(
    name,
  )
    ? "medium"
    : "high";
}

function flagged(invocation: Invocation): Swallowed | undefined {
  const flag = neverFails(invocation);
  const last = invocation.args.at(-1);
  if (flag === undefined || last === undefined) return undefined;
  return { how: "flag", start: invocation.head.start, end: last.end, removable: false };
}

function reportLost(invocation: Invocation, script: Script, lost: Swallowed, reporter: Reporter): void {
  const end = Math.max(lost.end, invocation.args.at(-1)?.end ?? invocation.head.end);
  const how = HOW[lost.how];
  const fix = lost.removable ? removal(script, lost, reporter) : undefined;
  reporter.add(
    gateIgnored,
    script.source.range(invocation.head.start, end),
    say(`${invocation.name} is a check, but ${how.en}`, `${invocation.name} 是检查步骤，但${how.zh}`),
    fix === undefined
      ? {
          severity: severityOf(invocation),
          suggestion: {
            reason: say("how the outcome is to count is yours to decide", "结果应如何生效需由您决定"),
          },
        }
      : { severity: severityOf(invocation), fix },
  );
}

/** Takes `|| true` out, when exactly that stands there in one piece. */
function removal(script: Script, { start, end }: Swallowed, reporter: Reporter): Fix | undefined {
  const [from, to]: Range = script.source.range(start, end);
  if (!/^[ \t]*\|\|[ \t]*(?:true|:)$/u.test(reporter.source.text.slice(from, to))) return undefined;
  return {
    title: say("Let the check fail the step", "让检查失败时终止该步骤"),
    edits: [{ start: from, end: to, text: "" }],
  };
}

function checkThere(invocation: Invocation, script: Script, workspace: Workspace, reporter: Reporter): void {
  const path = scriptPath(invocation);
  if (path === undefined || !workspace.lacks(path)) return;
  const last = invocation.args.find(({ text }) => text === path) ?? invocation.head;
  reporter.add(
    fileMissing,
    script.source.range(invocation.head.start, last.end),
    say(`${path} is not in the project`, `项目中没有 ${path}`),
  );
}
