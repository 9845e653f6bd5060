import { rule as injection } from "../../rules/mk2803.ts";
import { rule as untrustedCheckout } from "../../rules/mk2805.ts";
import { rule as secretInLog } from "../../rules/mk2807.ts";
import type { Mapped } from "../common/mapped.ts";
import type { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { type Invocation, programName } from "../shell/invocation.ts";
import { type Script, constantOf, nextSibling } from "../shell/syntax.ts";
import { type Site, walk } from "../shell/walk.ts";
import type { Facts } from "./facts.ts";
import { type Origin, expressionsIn, originOf } from "./expressions.ts";

/** `${{ … }}` within a script, be it of the shell or of `github-script`. */
export function checkInjections(
  source: Mapped,
  harmless: ReadonlySet<string>,
  tainted: ReadonlyMap<string, Origin>,
  reporter: Reporter,
): void {
  for (const { text, start, end } of expressionsIn(source.text)) {
    const origin = originOf(text, harmless, tainted);
    if (origin === undefined) continue;
    reporter.add(
      injection,
      source.range(start, end),
      say(`${text.slice(0, 100)} becomes part of the script`, `${text.slice(0, 100)} 会成为脚本的一部分`),
      {
        severity: origin === "stranger" ? "high" : "medium",
        suggestion: {
          reason: say(
            "the script must use the variable, in quotes of its language",
            "脚本须以其语言的引号使用该变量",
          ),
          patch: `env:\n  VALUE: \${{ ${text.slice(0, 100)} }}\nrun: … "$VALUE" …`,
        },
      },
    );
  }
}

const PRINTS = new Set(["echo", "printf", "print", "Write-Host"]);
const CHANGES = /^(?:base64|rev|tr|sed|cut|cat|xxd|od|hexdump|fold|awk|tee)$/u;

/** `echo "${{ secrets.X }}"`, also through a variable that holds one, also encoded. */
export function checkPrinted(script: Script, secrets: ReadonlySet<string>, reporter: Reporter): void {
  for (const site of walk(script, new Map())) {
    const { invocation } = site;
    if (!PRINTS.has(invocation.name) || site.nesting > 0 || !printsSecret(invocation, secrets)) continue;
    if (!endsInLog(site)) continue;
    const last = invocation.args.at(-1) ?? invocation.head;
    reporter.add(
      secretInLog,
      script.source.range(invocation.head.start, last.end),
      say("A secret is written to the log", "机密被写入日志"),
    );
  }
}

function printsSecret({ args }: Invocation, secrets: ReadonlySet<string>): boolean {
  if (args.some(({ text }) => text.startsWith("::add-mask::"))) return false;
  return args.some(
    (argument) =>
      argument.expressions.some((text) => /(?:^|[^\w.])secrets\./u.test(text) && !/[=!]=/u.test(text)) ||
      argument.unknown.some((name) => secrets.has(name)),
  );
}

/** Follows the pipeline: what ends in a file or in another program's input is not printed. */
function endsInLog({ script, node }: Site): boolean {
  for (let at = node, turn = 0; turn < 10; turn++) {
    const one = script.nodes[at];
    if (one === undefined) return true;
    const target = one.redirects.find(({ operator }) => /^1?>{1,2}\|?$|^&>>?$/u.test(operator))?.target;
    const file = target === undefined ? undefined : (constantOf(target) ?? "$");
    if (file !== undefined) return /^\/dev\/(?:stdout|stderr|tty)$/u.test(file);
    if (one.after !== "|") return true;
    at = nextSibling(script, at);
    const name = programName(constantOf(script.nodes[at]?.words[0]) ?? "");
    if (!CHANGES.test(name)) return false;
  }
  return true;
}

/** `gh pr checkout` and `git fetch origin pull/…` in workflows that have secrets and a stranger's event. */
export function checkFetched(script: Script, { events }: Facts, reporter: Reporter): void {
  if (!events.has("pull_request_target") && !events.has("issue_comment") && !events.has("workflow_run"))
    return;
  for (const { invocation, script: own } of walk(script, new Map())) {
    const words = [invocation.head, ...invocation.args]
      .map(({ text }) => text)
      .join(" ")
      .slice(0, 500);
    if (
      !/^gh pr checkout\b|^git (?:fetch|pull|checkout|switch)\b.*(?:\bpull\/|head[._](?:sha|ref)|head_branch)/u.test(
        words,
      )
    )
      continue;
    const last = invocation.args.at(-1) ?? invocation.head;
    reporter.add(
      untrustedCheckout,
      own.source.range(invocation.head.start, last.end),
      say(
        "A stranger's commit is checked out with secrets at hand",
        "在可访问机密的环境中检出了陌生人的提交",
      ),
    );
  }
}
