import { checkSetting } from "../../common/setting.ts";
import type { Invocation } from "../invocation.ts";
import type { Script } from "../syntax.ts";
import { type Variables, valueOf } from "../values.ts";
import { walk } from "../walk.ts";
import { checkContainerRun, checkModes } from "./containers.ts";
import type { Check, Context } from "./context.ts";
import { checkPipeToShell, checkTls } from "./download.ts";
import { checkInjection, checkUnquoted } from "./inject.ts";
import { checkModels, checkPlainDownload } from "./models.ts";
import { checkPip } from "./pip.ts";
import { checkCommandSecrets } from "./secrets.ts";
import { checkServer } from "./server.ts";

const CHECKS: readonly Check[] = [
  checkServer,
  checkPipeToShell,
  checkTls,
  checkInjection,
  checkModels,
  checkPlainDownload,
  checkCommandSecrets,
  checkContainerRun,
  checkModes,
  checkPip,
];

/** Every check on one program that is started. */
export function checkInvocation(invocation: Invocation, context: Context): void {
  for (const check of CHECKS) check(invocation, context);
}

/**
 * Every check on every command of a script.
 * @param variables what is set before; is changed to what is set at the end
 */
export function checkScript(script: Script, variables: Variables, context: Context): void {
  for (const { invocation, nesting } of walk(script, variables)) {
    checkInvocation(invocation, context);
    // Within `bash -c "…"` the outer shell expands, quotes or not: that is another finding.
    if (nesting === 0) checkUnquoted(invocation, context);
  }
  checkAssignments(script, context);
}

/** `X=…` alone or in front of a command; `export X=…` is a command. */
function checkAssignments(script: Script, { reporter, example }: Context): void {
  for (const node of script.nodes) {
    for (const { name, value } of node.assignments) {
      const { text, substitutions } = valueOf(value, new Map());
      if (substitutions.length > 0) continue;
      const range = script.source.range(Math.max(0, value.start - name.length - 1), value.end);
      checkSetting(reporter, { name, value: text, range }, example);
    }
  }
}
