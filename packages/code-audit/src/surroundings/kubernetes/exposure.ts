import type { Range } from "../common/reporter.ts";
import { at, entriesOf, entry, itemsOf, textOf } from "../yaml/look.ts";
import { type Pod, type Resource, mapOf, selects } from "./pods.ts";

/** How a pod is reached: by nobody outside of the cluster, from outside, or only through something that asks who one is. */
export type Exposure =
  | { readonly kind: "cluster" | "guarded" }
  | { readonly kind: "outside"; readonly range: Range };

const AUTH_ANNOTATION =
  /auth-(?:type|url|signin|secret|tls)|oauth|middlewares|jwt|authn|basic-auth|whitelist-source-range|allowlist-source-range|iap|cognito/iu;

/** Looks at the services, ingresses and network policies of the same file. */
export function exposureOf(pod: Pod, resources: readonly Resource[]): Exposure {
  const services = resources.filter(
    ({ kind, document, node }) =>
      kind === "Service" && selects(mapOf(document, at(document, node, "spec", "selector")), pod.labels),
  );
  for (const { document, node } of services) {
    const type = entry(document, at(document, node, "spec"), "type");
    if (type !== undefined && /^(?:LoadBalancer|NodePort)$/u.test(textOf(type.value) ?? "")) {
      if (!isInternal(document, node)) return { kind: "outside", range: type.range };
    }
  }
  const names = new Set(services.map(({ document, node }) => textOf(at(document, node, "metadata", "name"))));
  const ingresses = resources.filter(
    (one) =>
      /^(?:Ingress|IngressRoute|HTTPRoute|VirtualService|Route)$/u.test(one.kind) && leadsTo(one, names),
  );
  const open = ingresses.find((one) => !asksWho(one));
  if (open !== undefined) {
    const name = entry(open.document, open.node, "kind");
    return { kind: "outside", range: name?.range ?? [0, 0] };
  }
  const policies = resources.some(
    ({ kind, document, node }) =>
      kind === "NetworkPolicy" &&
      selects(mapOf(document, at(document, node, "spec", "podSelector", "matchLabels")), pod.labels),
  );
  return { kind: ingresses.length > 0 || policies ? "guarded" : "cluster" };
}

function isInternal(document: Resource["document"], node: unknown): boolean {
  const annotations = entriesOf(document, at(document, node, "metadata", "annotations"));
  return annotations.some(
    ({ key, value }) =>
      /internal/iu.test(key) && /^(?:true|internal|0\.0\.0\.0\/0)$/iu.test(textOf(value) ?? ""),
  );
}

function leadsTo({ document, node }: Resource, names: ReadonlySet<string | undefined>): boolean {
  return servicesNamed(document, at(document, node, "spec"), 0).some((name) => names.has(name));
}

/** Every `service: {name}`, `serviceName`, `services: [{name}]`, `backendRefs: [{name}]`, `host` below a node. */
function servicesNamed(document: Resource["document"], node: unknown, depth: number): readonly string[] {
  if (depth > 12) return [];
  const own = entriesOf(document, node).flatMap(({ key, value }) => {
    const text = textOf(value);
    if ((key === "serviceName" || key === "name" || key === "host") && text !== undefined)
      return [text.split(".")[0] ?? text];
    return servicesNamed(document, value, depth + 1);
  });
  return [...own, ...itemsOf(document, node).flatMap((item) => servicesNamed(document, item, depth + 1))];
}

function asksWho({ document, node }: Resource): boolean {
  const annotations = entriesOf(document, at(document, node, "metadata", "annotations"));
  if (annotations.some(({ key }) => AUTH_ANNOTATION.test(key))) return true;
  return hasGuardKey(document, at(document, node, "spec"), 0);
}

/** `middlewares` of Traefik, `jwt` or `basicAuth` of a gateway, anywhere below. */
function hasGuardKey(document: Resource["document"], node: unknown, depth: number): boolean {
  if (depth > 12) return false;
  const own = entriesOf(document, node).some(
    ({ key, value }) =>
      /^(?:middlewares|basicAuth|jwt|oidc|forwardAuth)$/u.test(key) ||
      hasGuardKey(document, value, depth + 1),
  );
  return own || itemsOf(document, node).some((item) => hasGuardKey(document, item, depth + 1));
}
