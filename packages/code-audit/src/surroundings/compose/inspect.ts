import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { type Consumer, consumersAmong, waysToModels } from "../common/consumers.ts";
import { movingTag } from "../common/image.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { isExample } from "../secrets/check.ts";
import { checkInvocation, checkScript } from "../shell/checks/all.ts";
import type { Context } from "../shell/checks/context.ts";
import { reportExposed } from "../shell/checks/server.ts";
import { scriptOfVector } from "../shell/vector.ts";
import { type Entry, at, entriesOf, entry, textOf } from "../yaml/look.ts";
import { type YamlDocument, readYaml } from "../yaml/read.ts";
import { type ServerAt, serverWithin } from "./command.ts";
import { environmentOf } from "./environment.ts";
import { publishedPort } from "./ports.ts";
import { checkRights } from "./rights.ts";
import { vectorOf } from "./vector.ts";

/** A compose file: each service by what it starts, publishes, mounts and is told. */
export function inspectCompose(source: Source): Inspected {
  const reporter = new Reporter(source);
  const context: Context = { reporter, kind: "service", example: isExample(source.path) };
  for (const document of readYaml(reporter)) {
    const services = entriesOf(document, at(document, document.root, "services"));
    const consumers = consumersOf(document, services, reporter);
    for (const service of services) checkService(document, service, consumers, context);
  }
  return reporter.result();
}

function checkService(
  document: YamlDocument,
  service: Entry,
  consumers: readonly Consumer[],
  context: Context,
): void {
  const { value } = service;
  const { reporter, example } = context;
  const environment = environmentOf(document, value, reporter.source.text);
  const account = accountIn(environment);
  for (const setting of environment) {
    checkSetting(reporter, account === undefined ? setting : { ...setting, account }, example);
  }
  checkImage(document, value, reporter);
  checkRights(document, value, reporter);
  checkStart(document, service, consumers, context);
}

/** Those services that load a model from a tracking server, whichever. */
function consumersOf(
  document: YamlDocument,
  services: readonly Entry[],
  reporter: Reporter,
): readonly Consumer[] {
  const told = services.map(({ value }) => ({
    settings: environmentOf(document, value, reporter.source.text),
    start: vectorOf(document, value, reporter.source.text, ["entrypoint", "command"]),
  }));
  return consumersAmong(told);
}

/** By which names other services reach this one. */
function namesOf(document: YamlDocument, { key, value }: Entry): ReadonlySet<string> {
  const given = ["container_name", "hostname"].map((name) => textOf(entry(document, value, name)?.value));
  return new Set([key, ...given.filter((name) => name !== undefined)]);
}

/** The account that a password beside it belongs to; the same word for both is a default. */
function accountIn(
  environment: readonly { readonly name: string; readonly value: string }[],
): string | undefined {
  return environment.find(({ name }) => /(?:^|_)(?:USER|USERNAME|ROOT_USER)$/u.test(name))?.value;
}

function checkImage(document: YamlDocument, service: unknown, reporter: Reporter): void {
  const image = entry(document, service, "image");
  const name = textOf(image?.value);
  // With `build`, `image` only names what is built here.
  if (image === undefined || name === undefined || entry(document, service, "build") !== undefined) return;
  if (movingTag(name) === undefined) return;
  reporter.add(unpinnedImage, image.range, say(`${name} names no version`, `${name} 未指定版本`));
}

function checkStart(
  document: YamlDocument,
  owner: Entry,
  consumers: readonly Consumer[],
  context: Context,
): void {
  const service = owner.value;
  const vector = vectorOf(document, service, context.reporter.source.text, ["entrypoint", "command"]);
  const script = vector === undefined ? undefined : scriptOfVector(vector);
  if (script !== undefined) checkScript(script, new Map(vector?.variables), context);
  else if (vector !== undefined) checkInvocation(vector, context);
  const server =
    vector === undefined ? imageServer(document, owner.key, service) : serverWithin(vector, script);
  if (server === undefined || server.authenticated || server.listens === "loopback") return;
  const published = publishedPort(document, service);
  if (published === undefined) return;
  const range = server.range ?? published;
  const ways = waysToModels(namesOf(document, owner), consumers, context.reporter);
  reportExposed(context, range, server.range === undefined ? undefined : published, ways);
}

/** Images that start a server by themselves, on every interface and without authentication. */
function imageServer(document: YamlDocument, name: string, service: unknown): ServerAt | undefined {
  const image = textOf(entry(document, service, "image")?.value) ?? "";
  if (
    !/(?:^|\/)(?:burakince\/mlflow|mlflow-server|mlflow-tracking|mlflow_server)(?::|$)/u.test(image) &&
    !(name === "mlflow" && /burakince/u.test(image))
  ) {
    return undefined;
  }
  return { authenticated: false, listens: "every", range: undefined };
}
