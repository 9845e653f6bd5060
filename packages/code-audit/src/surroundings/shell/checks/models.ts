import { rule as plaintext } from "../../../rules/mk2705.ts";
import { rule as untrusted } from "../../../rules/mk2707.ts";
import { say } from "../../common/say.ts";
import { hostOf, leavesDeployment } from "../address.ts";
import { type Invocation, optionsOf } from "../invocation.ts";
import { type Context, rangeIn } from "./context.ts";

const LOADS = /^(?:serve|predict|build-docker|generate-dockerfile|prepare-env)$/u;

const LOADED =
  /\.(?:pkl|pickle|joblib|dill|pt|pth|bin|ckpt|h5|hdf5|keras|pb|onnx|npy|npz|model|mlmodel|tgz|tar\.gz|tar|zip|whl|sh|py)(?:[?#]|$)/iu;

/** `wget http://…/model.pkl`: whoever is on the way chooses what is loaded. */
export function checkPlainDownload(invocation: Invocation, context: Context): void {
  if (!/^(?:curl|wget|aria2c)$/u.test(invocation.name)) return;
  for (const argument of invocation.args) {
    if (
      !/^http:\/\//iu.test(argument.text) ||
      !LOADED.test(argument.text) ||
      !leavesDeployment(hostOf(argument.text))
    )
      continue;
    const range = rangeIn(invocation, invocation.head.start, argument.end);
    context.reporter.add(
      plaintext,
      range,
      say("A model or program comes over plain http", "模型或程序通过明文 http 获取"),
    );
  }
}

/** `mlflow models serve -m "$1"`: an address from outside, above all without an environment of its own. */
export function checkModels(invocation: Invocation, context: Context): void {
  const { name, args } = invocation;
  if (name !== "mlflow") return;
  if (args[0]?.text === "models" && LOADS.test(args[1]?.text ?? "")) checkLoaded(invocation, context);
  for (const option of optionsOf(args, "--tracking-uri", "--registry-uri", "--backend-store-uri")) {
    if (!/^http:\/\//iu.test(option.text) || !leavesDeployment(hostOf(option.text))) continue;
    const range = rangeIn(invocation, option.optionStart, option.end);
    context.reporter.add(
      plaintext,
      range,
      say(`${option.option} is plain http`, `${option.option} 使用明文 http`),
    );
  }
}

function checkLoaded(invocation: Invocation, context: Context): void {
  const { args } = invocation;
  const [model] = optionsOf(args, "-m", "--model-uri");
  if (model === undefined) return;
  const local =
    optionsOf(args, "--env-manager").some(({ text }) => text === "local") ||
    args.some(({ text }) => text === "--no-conda");
  const given =
    model.unknown.some((one) => /^[1-9@*]$/u.test(one)) ||
    model.expressions.some((one) => /inputs|github\.event|client_payload/u.test(one));
  const remote = /^(?:https?|ftp):\/\//iu.test(model.text);
  const variable = model.unknown.length > 0 || model.expressions.length > 0;
  // Of a model that is named, only the version or alias is open.
  if (/^models:\/[^/$@{}]+[/@]/u.test(model.text)) return;
  if (!given && !remote && !(local && variable)) return;
  context.reporter.add(
    untrusted,
    rangeIn(invocation, invocation.head.start, model.end),
    say(
      "The model is chosen from outside and loaded with all rights of this process",
      "模型由外部指定，并以本进程的全部权限加载",
    ),
    { severity: local ? "high" : "medium" },
  );
}
