import type { Step } from "../../model/finding.ts";
import type { Setting } from "../secrets/check.ts";
import { hostOf } from "../shell/address.ts";
import type { Invocation } from "../shell/invocation.ts";
import type { Range, Reporter } from "./reporter.ts";
import { say } from "./say.ts";

/** What a service is told and starts, as far as it says where its models come from. */
export interface Service {
  readonly settings: readonly Setting[];
  readonly start: Invocation | undefined;
}

/** A service that loads a model from a tracking server: by which name it reaches it, where it says so, and which model. */
export interface Consumer {
  readonly server: string;
  readonly address: Range;
  readonly model: Range;
}

const MODEL = /^(?:models|runs|mlflow-artifacts):\/|^(?:s3|gs|abfss?|wasbs?):\/\/\S*model/u;
/** More services than this are not listed one by one. */
const WAYS_LIMIT = 5;

/** Those of the services that load a model from a tracking server. */
export function consumersAmong(services: readonly Service[]): readonly Consumer[] {
  return services.flatMap((service) => {
    const address = service.settings.find(
      ({ name, value }) => name.endsWith("TRACKING_URI") && hostOf(value) !== "",
    );
    const model = address === undefined ? undefined : modelOf(service);
    if (address === undefined || model === undefined) return [];
    return [{ server: serviceName(address.value), address: address.range, model }];
  });
}

/**
 * The way from a server that everybody may write to the services that run its models.
 * @param names by which the server is reached within the deployment
 * @returns empty when no service loads a model from it
 */
export function waysToModels(
  names: ReadonlySet<string>,
  consumers: readonly Consumer[],
  reporter: Reporter,
): readonly Step[] {
  const own = consumers.filter(({ server }) => names.has(server)).slice(0, WAYS_LIMIT);
  return own.flatMap(({ address, model }) => [
    step(reporter, address, "a service trusts this server", "某服务信任该服务器"),
    step(reporter, model, "and loads the model that stands there now", "并加载其中当前的模型"),
  ]);
}

function step(reporter: Reporter, range: Range, en: string, zh: string): Step {
  return { place: reporter.place(range), message: say(en, zh) };
}

/** `mlflow` of `http://mlflow.ml.svc.cluster.local:5000`. */
function serviceName(address: string): string {
  const host = hostOf(address.trim());
  return /\.svc(?:\.|$)/u.test(host) ? (host.split(".")[0] ?? host) : host;
}

function modelOf({ settings, start }: Service): Range | undefined {
  const setting = settings.find(({ value }) => MODEL.test(value.trim()));
  if (setting !== undefined) return setting.range;
  const argument = start?.args.find(({ text }) => MODEL.test(text.replace(/^--?[\w-]+=/u, "")));
  if (argument !== undefined) return [argument.start, argument.end];
  const script = start?.args.find(({ text }) => /(?:^|[\s"'=])models:\//u.test(text));
  return script === undefined ? undefined : [script.start, script.end];
}
