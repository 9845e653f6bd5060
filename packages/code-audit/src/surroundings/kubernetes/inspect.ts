import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as exposed } from "../../rules/mk2601.ts";
import { rule as unpinnedImage } from "../../rules/mk2606.ts";
import { type Service, waysToModels } from "../common/consumers.ts";
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
import { at, entry, textOf } from "../yaml/look.ts";
import { readYaml, type YamlNode } from "../yaml/read.ts";
import { exposureOf } from "./exposure.ts";
import { type Pod, type Resource, containersOf, mapOf, podOf, resourcesOf, selects } from "./pods.ts";
import { checkContainerRights, checkPodRights } from "./rights.ts";
import { checkStored } from "./stored.ts";

/** Manifests of Kubernetes, several documents and lists included. */
export function inspectKubernetes(source: Source): Inspected {
  const reporter = new Reporter(source);
  const context: Context = { reporter, kind: "service", example: isExample(source.path) };
  const resources = resourcesOf(readYaml(reporter));
  for (const resource of resources) {
    checkStored(resource, context);
    const pod = podOf(resource);
    if (pod === undefined) continue;
    checkPodRights(pod, reporter);
    for (const container of containersOf(pod)) checkContainer(pod, container, resources, context);
  }
  return reporter.result();
}

function checkContainer(
  pod: Pod,
  container: YamlNode,
  resources: readonly Resource[],
  context: Context,
): void {
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
  checkStart(pod, container, resources, context);
}

function checkStart(pod: Pod, container: YamlNode, resources: readonly Resource[], context: Context): void {
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
  const exposure = exposureOf(pod, resources);
  if (exposure.kind === "guarded") return;
  const ways = waysToModels(namesOf(pod, resources), othersThan(pod, resources, reporter), reporter);
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

/** By which names services lead to the pod. */
function namesOf(pod: Pod, resources: readonly Resource[]): ReadonlySet<string> {
  const services = resources.filter(
    ({ kind, document, node }) =>
      kind === "Service" && selects(mapOf(document, at(document, node, "spec", "selector")), pod.labels),
  );
  return new Set(services.map(({ document, node }) => textOf(at(document, node, "metadata", "name")) ?? ""));
}

/** Containers of all other pods, by what they are told and start. */
function othersThan(pod: Pod, resources: readonly Resource[], reporter: Reporter): readonly Service[] {
  const pods = resources.map(podOf).filter((one) => one !== undefined && one.spec !== pod.spec);
  return pods.flatMap((one) =>
    one === undefined
      ? []
      : containersOf(one).map((container) => ({
          settings: environmentOf(one.document, container, reporter.source.text),
          start: vectorOf(one.document, container, reporter.source.text, ["command", "args"]),
        })),
  );
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
