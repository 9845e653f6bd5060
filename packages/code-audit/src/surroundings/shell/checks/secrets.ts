import { rule as literalSecret } from "../../../rules/mk2701.ts";
import { rule as defaultPassword } from "../../../rules/mk2702.ts";
import { say } from "../../common/say.ts";
import { checkSetting } from "../../common/setting.ts";
import { credentialsIn, isPlaceholder, isWellKnown, secretForm } from "../../secrets/values.ts";
import { type Argument, type Invocation, optionsOf } from "../invocation.ts";
import { valueOf } from "../values.ts";
import { type Context, rangeIn } from "./context.ts";

/** Options that carry a password, by program; `user:password` where the flag says so. */
const OPTIONS: readonly {
  readonly programs: RegExp;
  readonly names: readonly string[];
  readonly pair?: true;
}[] = [
  { programs: /^(?:curl)$/u, names: ["-u", "--user"], pair: true },
  { programs: /^(?:wget)$/u, names: ["--password", "--http-password"] },
  { programs: /^(?:docker|podman|skopeo|helm|twine|htpasswd|mc)$/u, names: ["--password", "-p"] },
  { programs: /./u, names: ["--password", "--token", "--api-key", "--secret-key", "--admin-password"] },
];

/** A secret is said where it stands, not at each variable that holds it. */
function asWritten(argument: Argument): Argument {
  return argument.word === undefined ? argument : { ...argument, ...valueOf(argument.word, new Map()) };
}

/** Passwords and tokens that stand literally in a command. */
export function checkCommandSecrets(invocation: Invocation, context: Context): void {
  const { name, args } = invocation;
  if (name === "export" || name === "declare" || name === "readonly" || name === "local")
    return checkDeclared(invocation, context);
  if (name === "echo" || name === "printf") return checkWritten(invocation, context);
  if (name === "test" || name === "[" || name === "grep") return;
  for (const argument of args.map(asWritten)) checkArgument(invocation, argument, context);
  checkAttached(invocation, context);
  for (const { programs, names, pair } of OPTIONS) {
    if (!programs.test(name) || (names.includes("-p") && !args.some(({ text }) => text === "login")))
      continue;
    for (const option of optionsOf(args.map(asWritten), ...names)) {
      const secret = pair === true ? /^[^:]*:(.+)$/su.exec(option.text)?.[1] : option.text;
      if (
        secret === undefined ||
        option.unknown.length + option.expressions.length + option.substitutions.length > 0
      )
        continue;
      if (!isPlaceholder(secret) && !secret.startsWith("-"))
        report(invocation, option.optionStart, option.end, secret, context);
    }
  }
}

/** `echo "…" > ~/.netrc`: words for people are no settings, what goes into a file is. */
function checkWritten(invocation: Invocation, context: Context): void {
  const redirects = invocation.script?.nodes[invocation.node]?.redirects ?? [];
  if (redirects.length === 0) return;
  for (const argument of invocation.args) checkArgument(invocation, argument, context);
}

/** `mysql -pSECRET`, `sshpass -p SECRET`, `redis-cli -a SECRET`. */
function checkAttached(invocation: Invocation, context: Context): void {
  const { name } = invocation;
  const args = invocation.args.map(asWritten);
  const attached = /^(?:mysql\w*|mariadb\w*)$/u.test(name)
    ? args.find(({ text }) => /^-p./u.test(text))
    : undefined;
  const option = optionsOf(args, name === "sshpass" ? "-p" : "-a")[0];
  const found = attached ?? (name === "sshpass" || name === "redis-cli" ? option : undefined);
  if (found === undefined || found.unknown.length + found.expressions.length + found.substitutions.length > 0)
    return;
  const secret = attached === undefined ? found.text : found.text.slice(2);
  if (!isPlaceholder(secret)) report(invocation, found.start, found.end, secret, context);
}

function checkDeclared(invocation: Invocation, context: Context): void {
  for (const argument of invocation.args.map(asWritten)) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(argument.text);
    if (match === null || argument.substitutions.length > 0) continue;
    const setting = {
      name: match[1] ?? "",
      value: match[2] ?? "",
      range: rangeIn(invocation, argument.start, argument.end),
    };
    checkSetting(context.reporter, setting, context.example);
  }
}

function checkArgument(invocation: Invocation, argument: Argument, context: Context): void {
  const credentials = credentialsIn(argument.text);
  const bearer = /^(?:Proxy-)?Authorization: *(?:Bearer|Basic|token) +(\S{8,})$/iu.exec(argument.text)?.[1];
  const form = secretForm(argument.text)?.text;
  const machine = /\bmachine\s+\S+\s+login\s+\S+\s+password\s+([^\s"']+)/u.exec(argument.text)?.[1];
  const secret = credentials?.password ?? form ?? bearer ?? machine;
  if (secret === undefined || isPlaceholder(secret) || /[${}]/u.test(secret)) return;
  const same = credentials !== undefined && credentials.user === credentials.password;
  report(invocation, argument.start, argument.end, secret, context, same);
}

function report(
  invocation: Invocation,
  start: number,
  end: number,
  secret: string,
  context: Context,
  same = false,
): void {
  context.reporter.hide(secret);
  const rule = same || isWellKnown(secret) ? defaultPassword : literalSecret;
  context.reporter.add(
    rule,
    rangeIn(invocation, start, end),
    say(
      `A password or token stands in the command of ${invocation.name}`,
      `${invocation.name} 的命令中含有明文密码或令牌`,
    ),
  );
}
