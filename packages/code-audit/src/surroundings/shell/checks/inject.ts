import { rule as injection } from "../../../rules/mk2708.ts";
import { rule as unquoted } from "../../../rules/mk2712.ts";
import { say } from "../../common/say.ts";
import { type Argument, type Invocation, isPython } from "../invocation.ts";
import { SHELLS } from "../walk.ts";
import { type Context, rangeIn, wholeRange } from "./context.ts";

/** The script's own arguments: who starts it chooses them. */
const POSITIONAL = /^[1-9@*]$/u;
/** What names its variables so is given by others in each common setting. */
const GIVEN =
  /^(?:[1-9@*]|.*(?:INPUT|REQUEST|QUERY|PARAM|PAYLOAD|USER_|_ARGS?|EXTRA|CMD|COMMAND|REPLY).*)$/iu;

/** `eval "$1"`, `bash -c "… $1 …"`, `python -c "… $X …"`: text that is parsed a second time. */
export function checkInjection(invocation: Invocation, context: Context): void {
  const { name, args } = invocation;
  const code = codeOf(name, args);
  if (code === undefined) return;
  const culprit = code
    .flatMap((argument) => argument.unknown)
    .find((one) => isGiven(one, name, code.map(({ text }) => text).join(" ")));
  if (culprit === undefined) return;
  context.reporter.add(
    injection,
    wholeRange(invocation),
    say(`$${culprit} becomes part of a program for ${name}`, `$${culprit} 会成为 ${name} 所执行程序的一部分`),
  );
}

/** `eval "$X"` and `eval "mlflow … $X"` run what X says; in other texts a variable that nobody is asked for is a setting. */
function isGiven(variable: string, name: string, text: string): boolean {
  if (name !== "eval") return GIVEN.test(variable);
  if (GIVEN.test(variable)) return true;
  if (/^[#?$!-]$/u.test(variable)) return false;
  return text.trim() === `\${${variable}}` || /\b(?:mlflow|python3?|model)\b/iu.test(text);
}

function codeOf(name: string, args: readonly Argument[]): readonly Argument[] | undefined {
  if (name === "eval") return args;
  if (!SHELLS.has(name) && !isPython(name)) return undefined;
  const at = args.findIndex(({ text }) => /^-[a-z]*c$/u.test(text));
  const code = at < 0 ? undefined : args[at + 1];
  return code === undefined ? undefined : [code];
}

/** `python train.py $1`, `mlflow run . -P x=$2`: outside quotes the shell splits and expands it. */
export function checkUnquoted(invocation: Invocation, context: Context): void {
  if (invocation.script === undefined || !(invocation.name === "mlflow" || isPython(invocation.name))) return;
  for (const argument of invocation.args) {
    const bare = (argument.word?.parts ?? []).find(
      (part) => part.kind === "variable" && !part.quoted && POSITIONAL.test(part.name),
    );
    if (bare?.kind !== "variable") continue;
    context.reporter.add(
      unquoted,
      rangeIn(invocation, argument.start, argument.end),
      say(`$${bare.name} stands outside quotes`, `$${bare.name} 未加引号`),
    );
  }
}
