import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as exposed } from "../../rules/mk2601.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { type Consumer, consumersAmong, waysToModels } from "../common/consumers.ts";
import { movingTag } from "../common/image.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSetting } from "../common/setting.ts";
import { serverWithin } from "../compose/command.ts";
import { environmentOf } from "../compose/environment.ts";
import { vectorOf } from "../compose/vector.ts";
import { isExample } from "../secrets/check.ts";
import { checkInvocation, checkScript } from "../shell/checks/all.ts";
import type { Context } from "../shell/checks/context.ts";
import { reportExposed } from "../shell/checks/server.ts";
import { scriptOfVector } from "../shell/vector.ts";
import { entry, textOf } from "../yaml/look.ts";
import { readYaml, type YamlNode } from "../yaml/read.ts";
import { type Ways, exposureOf, namesOf, waysOf } from "./exposure.ts";
import { type Pod, containersOf, podOf, resourcesOf } from "./pods.ts";
import { checkContainerRights, checkPodRights } from "./rights.ts";
import { checkStored } from "./stored.ts";

/** What else a file says that matters to each of its pods. */
interface Surroundings {
  readonly ways: Ways;
  readonly consumers: readonly Consumer[];
}

/** Manifests of Kubernetes, several documents and lists included. */
export function inspectKubernetes(source: Source): Inspected {
  const reporter = new Reporter(source);
  const context: Context = { reporter, kind: "service", example: isExample(source.path) };
  const resources = resourcesOf(readYaml(reporter));
  const pods = resources.map(podOf).filter((pod) => pod !== undefined);
  const surroundings: Surroundings = { ways: waysOf(resources), consumers: consumersOf(pods, reporter) };
  for (const resource of resources) checkStored(resource, context);
  for (const pod of pods) {
    checkPodRights(pod, reporter);
    for (const container of containersOf(pod)) checkContainer(pod, container, surroundings, context);
  }
  return reporter.result();
}

function checkContainer(pod: Pod, container: YamlNode, surroundings: Surroundings, context: Context): void {
  const { document } = pod;
  const { reporter, example } = context;
  for (const setting of environmentOf(document, container, reporter.source.text))
    checkSetting(reporter, setting, example);
  checkContainerRights(document, container, reporter);
  const image = entry(document, container, "image");
  if (image !== undefined && movingTag(textOf(image.value) ?? "") !== undefined) {
    reporter.add(
      unpinnedImage,
      image.range,
      say(`${textOf(image.value)} names no version`, `${textOf(image.value)} 未指定版本`),
    );
  }
  checkStart(pod, container, surroundings, context);
}

function checkStart(pod: Pod, container: YamlNode, surroundings: Surroundings, context: Context): void {
  const { reporter } = context;
  const vector = vectorOf(pod.document, container, reporter.source.text, ["command", "args"]);
  if (vector === undefined) return;
  const script = scriptOfVector(vector);
  if (script === undefined) checkInvocation(vector, context);
  else checkScript(script, new Map(vector.variables), context);
  const server = serverWithin(vector, script);
  if (
    server?.range === undefined ||
    server.authenticated ||
    server.listens === "loopback" ||
    server.listens === "unknown"
  )
    return;
  if (hasGuard(pod)) return;
  const exposure = exposureOf(pod, surroundings.ways);
  if (exposure.kind === "guarded") return;
  const ways = waysToModels(namesOf(pod, surroundings.ways), surroundings.consumers, reporter);
  reportExposed(context, server.range, exposure.kind === "outside" ? exposure.range : undefined, ways);
  if (exposure.kind !== "outside") return;
  reporter.add(
    exposed,
    exposure.range,
    say(
      "It leads from outside to an MLflow server without authentication",
      "外部可由此访问未启用身份验证的 MLflow 服务器",
    ),
  );
}

/** Containers that load a model from a tracking server, whichever. */
function consumersOf(pods: readonly Pod[], reporter: Reporter): readonly Consumer[] {
  const told = pods.flatMap((pod) =>
    containersOf(pod).map((container) => ({
      settings: environmentOf(pod.document, container, reporter.source.text),
      start: vectorOf(pod.document, container, reporter.source.text, ["command", "args"]),
    })),
  );
  return consumersAmong(told);
}

/** A container beside it that asks callers who they are. */
function hasGuard(pod: Pod): boolean {
  return containersOf(pod).some((one) => {
    const image = textOf(entry(pod.document, one, "image")?.value) ?? "";
    const name = textOf(entry(pod.document, one, "name")?.value) ?? "";
    return /oauth2?-proxy|modelkeep|auth-?proxy|pomerium|keycloak-gatekeeper|gatekeeper|louketo/iu.test(
      `${image} ${name}`,
    );
  });
}
