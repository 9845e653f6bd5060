import { rule as pipeToShell } from "../../../rules/mk2703.ts";
import { rule as tlsOff } from "../../../rules/mk2704.ts";
import { say } from "../../common/say.ts";
import { hostOf, isLoopback } from "../address.ts";
import { type Invocation, hasFlag, isPython, programName } from "../invocation.ts";
import { type Script, constantOf } from "../syntax.ts";
import { SHELLS } from "../walk.ts";
import { type Context, rangeIn, wholeRange } from "./context.ts";

const INTERPRETERS = new Set(["perl", "ruby", "node", "php", "Rscript"]);

/** `curl … | sh`, `bash <(curl …)`, `sh -c "$(curl …)"`, `eval "$(wget …)"`. */
export function checkPipeToShell(invocation: Invocation, context: Context): void {
  const { script, node } = invocation;
  if (script === undefined || !runsItsInput(invocation)) return;
  const before = upstream(script, node);
  const piped = before !== undefined && readsInput(invocation);
  const substituted = invocation.args.some(({ substitutions }) => substitutions.some(downloads));
  if (!piped && !substituted) return;
  const start = piped ? before : invocation.head.start;
  const last = invocation.args.at(-1) ?? invocation.head;
  context.reporter.add(
    pipeToShell,
    rangeIn(invocation, start, last.end),
    say(`What is downloaded is run by ${invocation.name}`, `下载的内容由 ${invocation.name} 直接执行`),
  );
}

function runsItsInput({ name }: Invocation): boolean {
  return (
    SHELLS.has(name) ||
    isPython(name) ||
    INTERPRETERS.has(name) ||
    name === "eval" ||
    name === "source" ||
    name === "."
  );
}

/** A shell that is given a script or a command does not read its input as one. */
function readsInput({ name, args }: Invocation): boolean {
  const first = args.find(({ text }) => !/^-(?!c$|m$|$)/u.test(text));
  return (
    name !== "eval" &&
    (first === undefined ||
      first.text === "-" ||
      first.text === "/dev/stdin" ||
      args.some(({ text }) => text === "-s"))
  );
}

/** Start of the pipeline that feeds this command, when it begins with a download. */
function upstream(script: Script, node: number): number | undefined {
  const parent = script.nodes[node]?.parent;
  for (let at = node - 1; at >= 0; at--) {
    const before = script.nodes[at];
    if (before?.parent !== parent) continue;
    if (before?.after !== "|") return undefined;
    if (isDownload(script, at)) return before.start;
  }
  return undefined;
}

function downloads(script: Script): boolean {
  return script.nodes.some((_, index) => isDownload(script, index));
}

function isDownload(script: Script, index: number): boolean {
  const words = script.nodes[index]?.words ?? [];
  return words
    .slice(0, 4)
    .some((word) => /^(?:curl|wget|fetch|aria2c|http|https|xh)$/u.test(programName(constantOf(word) ?? "")));
}

/** Options of a download that switch off the check of certificates. */
const INSECURE: ReadonlyMap<string, readonly string[]> = new Map([
  ["curl", ["-k", "--insecure", "--proxy-insecure"]],
  ["wget", ["--no-check-certificate"]],
  ["aria2c", ["--check-certificate=false"]],
  ["http", ["--verify=no"]],
  ["https", ["--verify=no"]],
  ["helm", ["--insecure-skip-tls-verify"]],
  ["kubectl", ["--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true"]],
  ["oc", ["--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true"]],
  ["aws", ["--no-verify-ssl"]],
  ["skopeo", ["--tls-verify=false", "--src-tls-verify=false", "--dest-tls-verify=false"]],
  ["podman", ["--tls-verify=false"]],
  ["mc", ["--insecure"]],
]);

/** Programs that are told not to check certificates; of this machine's own addresses nothing is said. */
export function checkTls(invocation: Invocation, context: Context): void {
  const { name, args } = invocation;
  const flag = hasFlag(args, ...(INSECURE.get(name) ?? []));
  const local = args.some(
    ({ text }) => isLoopback(hostOf(text)) || /^(?:localhost|127\.0\.0\.1)(?::|\/|$)/u.test(text),
  );
  const off = flag !== undefined && INSECURE.has(name) && !local ? flag : configured(invocation);
  if (off === undefined) return;
  context.reporter.add(
    tlsOff,
    name === "git" || name === "npm" || name === "conda"
      ? wholeRange(invocation)
      : rangeIn(invocation, invocation.head.start, off.end),
    say(`${name} does not check certificates`, `${name} 不检查证书`),
  );
}

function configured({ name, args }: Invocation) {
  if (name === "git") {
    return args.find(
      ({ text }, at) =>
        /^http(?:\..+)?\.sslVerify=(?:false|0)$/iu.test(text) ||
        (/^http(?:\..+)?\.sslVerify$/iu.test(text) && /^(?:false|0)$/iu.test(args[at + 1]?.text ?? "")),
    );
  }
  if (name === "npm" || name === "yarn") {
    return args.find(
      ({ text }, at) =>
        text === "strict-ssl=false" || (text === "strict-ssl" && args[at + 1]?.text === "false"),
    );
  }
  if (name === "conda" || name === "mamba") {
    return args.find(
      ({ text }, at) => text === "ssl_verify" && /^(?:false|no)$/iu.test(args[at + 1]?.text ?? ""),
    );
  }
  return undefined;
}
