import { rule as remoteAdd } from "../../rules/mk2607.ts";
import { rule as secretFile } from "../../rules/mk2608.ts";
import { rule as argumentSecret } from "../../rules/mk2609.ts";
import { rule as worldWritable } from "../../rules/mk2610.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { checkSecret } from "../secrets/check.ts";
import { namesSecret } from "../secrets/names.ts";
import { isPlaceholder } from "../secrets/values.ts";
import { checkInvocation, checkScript } from "../shell/checks/all.ts";
import type { Context } from "../shell/checks/context.ts";
import { sayStopped } from "../shell/inspect.ts";
import { vectorInvocation } from "../shell/invocation.ts";
import { readScript } from "../shell/read.ts";
import { scriptOfVector } from "../shell/vector.ts";
import { type Instruction, jsonForm } from "./read.ts";
import { type Stage, argument, setsOf } from "./stages.ts";

/** What an instruction does by itself; what a container starts is judged for the whole stage. */
export function checkInstruction(instruction: Instruction, stages: readonly Stage[], context: Context): void {
  const variables =
    stages.find(({ instructions }) => instructions.includes(instruction))?.variables ?? new Map();
  if (instruction.name === "RUN") checkRun(instruction, new Map(variables), context);
  else if (instruction.name === "ENV") checkEnv(instruction, context);
  else if (instruction.name === "ARG") checkArg(instruction, context);
  else if (instruction.name === "ADD" || instruction.name === "COPY") checkCopy(instruction, context);
  else if (instruction.name === "LABEL") checkLabel(instruction, context);
}

function checkRun(instruction: Instruction, variables: Stage["variables"], context: Context): void {
  const body = withoutFlags(instruction);
  const vector = jsonForm(body);
  if (vector !== undefined) {
    const invocation = vectorInvocation(vector.map(argument), variables);
    const script = invocation === undefined ? undefined : scriptOfVector(invocation);
    if (script !== undefined) checkScript(script, variables, context);
    else if (invocation !== undefined) checkInvocation(invocation, context);
    return;
  }
  const [first] = instruction.heredocs;
  // `RUN <<EOF`: the heredoc is the script. `RUN cat <<EOF > file`: it is data.
  const isScript =
    first !== undefined &&
    /^\s*<<-?["']?\w+["']?(?:\s+(?:\/\S*\/)?(?:ba|da|z|k|a)?sh(?:\s+-\w+)*)?\s*$/u.test(body.text);
  const script = readScript(isScript ? first.body : body);
  checkScript(script, variables, context);
  sayStopped(context.reporter, script);
}

function withoutFlags({ body }: Instruction) {
  const flags = /^(?:\s*--(?:mount|network|security)=\S+)+/u.exec(body.text)?.[0].length ?? 0;
  return body.slice(flags, body.text.length);
}

function checkEnv(instruction: Instruction, { reporter, example }: Context): void {
  for (const { name, value, range } of setsOf(instruction)) {
    if (value !== undefined) checkSetting(reporter, { name, value, range }, example);
  }
}

function checkArg(instruction: Instruction, { reporter, example }: Context): void {
  for (const { name, value, range } of setsOf(instruction)) {
    if (value !== undefined && !isPlaceholder(value)) {
      checkSetting(reporter, { name, value, range }, example);
    } else if (namesSecret(name)) {
      reporter.add(argumentSecret, range, say(`${name} is a build argument`, `${name} 是构建参数`));
    }
  }
}

function checkLabel({ body, range }: Instruction, { reporter }: Context): void {
  checkSecret(reporter, { name: "LABEL", value: body.text, range }, true);
}

const SECRET_FILES =
  /(?:^|\/)(?:\.env(?:\.(?!example|sample|template)[\w-]+)?|\.netrc|_netrc|\.pypirc|\.git-credentials|\.npmrc|\.htpasswd|\.databrickscfg|id_(?:rsa|dsa|ecdsa|ed25519)|credentials(?:\.json)?|service[-_]account[\w-]*\.json|[\w.-]*\.(?:p12|pfx|keystore|jks)|[\w.-]*(?:private|server|tls|ssl)[\w.-]*\.(?:key|pem)|[\w.-]+\.key|kubeconfig|\.aws|\.ssh|\.kube|\.gnupg)(?:\/(?:[\w.-]+|\*)?)?$/u;

function checkCopy(instruction: Instruction, { reporter }: Context): void {
  const words = wordsOf(instruction);
  const flags = words.filter(({ text }) => text.startsWith("--"));
  const paths = words.filter(({ text }) => !text.startsWith("--"));
  if (flags.some(({ text }) => /^--chmod=(?:0?[0-7]?[0-7][0-7][2367]|[ao]*\+\w*w)/u.test(text))) {
    reporter.add(
      worldWritable,
      instruction.range,
      say("Everybody may write the copied files", "任何人都可写入复制的文件"),
    );
  }
  const sources = paths.slice(0, -1);
  const remote = sources.find(({ text }) => /^(?:https?|ftp):\/\//iu.test(text));
  const checked = flags.some(({ text }) => text.startsWith("--checksum="));
  if (instruction.name === "ADD" && remote !== undefined && !checked) {
    reporter.add(
      remoteAdd,
      instruction.range,
      say("Nothing says which file must come", "未指明必须得到哪个文件"),
    );
  }
  if (flags.some(({ text }) => text.startsWith("--from="))) return;
  for (const { text } of sources) {
    if (text.length > 500 || !SECRET_FILES.test(text) || text.endsWith(".pub")) continue;
    reporter.add(secretFile, instruction.range, say(`${text} goes into the image`, `${text} 进入了镜像`));
  }
}

function wordsOf({ body }: Instruction): readonly { readonly text: string }[] {
  const flags = body.text.match(/^(?:\s*--\S+)+/u)?.[0] ?? "";
  const rest = body.slice(flags.length, body.text.length);
  const words =
    jsonForm(rest) ??
    rest.text
      .trim()
      .split(/\s+/u)
      .map((text) => ({ text: text.replaceAll(/["']/gu, "") }));
  return [
    ...flags
      .trim()
      .split(/\s+/u)
      .filter((text) => text !== "")
      .map((text) => ({ text })),
    ...words,
  ];
}
