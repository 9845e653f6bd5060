import { rule as overHttp } from "../../../rules/mk2506.ts";
import { rule as extraIndex } from "../../../rules/mk2507.ts";
import { rule as trustedHost } from "../../../rules/mk2508.ts";
import { say } from "../../common/say.ts";
import { checkRequirement } from "../../requirements/check.ts";
import { checkIndexOption } from "../../requirements/inspect.ts";
import { hostOf, isLoopback } from "../address.ts";
import { type Invocation, optionsOf } from "../invocation.ts";
import { type Context, rangeIn } from "./context.ts";

const VALUED = new Set([
  "-r",
  "--requirement",
  "-c",
  "--constraint",
  "-i",
  "--index-url",
  "--extra-index-url",
  "--trusted-host",
  "-f",
  "--find-links",
  "-t",
  "--target",
  "--prefix",
  "--root",
  "--python",
  "-p",
  "--cert",
  "--proxy",
  "--timeout",
  "--retries",
  "--platform",
  "--index",
  "--default-index",
]);

/** `pip install` (also of uv, pipx, pip3 and `python -m pip`): its indexes and what it takes from addresses. */
export function checkPip(invocation: Invocation, context: Context): void {
  checkConfig(invocation, context);
  const args = installArgs(invocation);
  if (args === undefined) return;
  checkIndexes(invocation, context);
  for (const [index, argument] of args.entries()) {
    if (argument.text.startsWith("-") || VALUED.has(args[index - 1]?.text ?? "")) continue;
    const range = rangeIn(invocation, argument.start, argument.end);
    checkRequirement(context.reporter, argument.text, range, { pinned: false });
  }
}

/** `pip config set global.index-url http://…` */
function checkConfig(invocation: Invocation, { reporter }: Context): void {
  const { name, args } = invocation;
  const at = args.findIndex(({ text }) => text === "set");
  const [key, value] = [args[at + 1], args[at + 2]];
  if (
    !/^pip[\d.]*$/u.test(name) ||
    args[0]?.text !== "config" ||
    at < 0 ||
    key === undefined ||
    value === undefined
  )
    return;
  const option = key.text.slice(key.text.lastIndexOf(".") + 1);
  checkIndexOption(reporter, option, value.text, rangeIn(invocation, invocation.head.start, value.end));
}

function installArgs({ name, args }: Invocation) {
  if (/^(?:pip[\d.]*|pipx)$/u.test(name)) {
    const at = args.findIndex(({ text }) => text === "install" || text === "download" || text === "wheel");
    return at < 0 ? undefined : args.slice(at + 1);
  }
  const uvPip = name === "uv" && args[0]?.text === "pip" && args[1]?.text === "install";
  return uvPip ? args.slice(2) : undefined;
}

function checkIndexes(invocation: Invocation, { reporter }: Context): void {
  const { args } = invocation;
  for (const option of optionsOf(
    args,
    "-i",
    "--index-url",
    "--index",
    "--default-index",
    "-f",
    "--find-links",
  )) {
    if (!/^http:\/\//iu.test(option.text) || isLoopback(hostOf(option.text))) continue;
    const range = rangeIn(invocation, option.optionStart, option.end);
    reporter.add(overHttp, range, say(`${option.option} uses plain http`, `${option.option} 使用明文 http`));
  }
  for (const option of optionsOf(args, "--extra-index-url")) {
    const range = rangeIn(invocation, option.optionStart, option.end);
    const http = /^http:\/\//iu.test(option.text);
    if (http)
      reporter.add(
        overHttp,
        range,
        say("--extra-index-url uses plain http", "--extra-index-url 使用明文 http"),
      );
    else reporter.add(extraIndex, range, say("A second index is asked as well", "同时使用第二个索引"));
  }
  for (const option of optionsOf(args, "--trusted-host", "--allow-insecure-host")) {
    const range = rangeIn(invocation, option.optionStart, option.end);
    reporter.add(
      trustedHost,
      range,
      say(`The certificate of ${option.text} is not checked`, `不检查 ${option.text} 的证书`),
    );
  }
}
