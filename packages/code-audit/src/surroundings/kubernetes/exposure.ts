import type { Range } from "../common/reporter.ts";
import { at, entriesOf, entry, itemsOf, textOf } from "../yaml/look.ts";
import { type Pod, type Resource, mapOf, selects } from "./pods.ts";

/** How a pod is reached: by nobody outside of the cluster, from outside, or only through something that asks who one is. */
export type Exposure =
  | { readonly kind: "cluster" | "guarded" }
  | { readonly kind: "outside"; readonly range: Range };

type Labels = ReadonlyMap<string, string>;

/** What leads to pods, read once for all of a file. */
export interface Ways {
  readonly services: readonly { readonly selector: Labels; readonly name: string; readonly open?: Range }[];
  readonly ingresses: readonly {
    readonly names: ReadonlySet<string>;
    readonly asks: boolean;
    readonly range: Range;
  }[];
  readonly policies: readonly Labels[];
}

const AUTH_ANNOTATION =
  /auth-(?:type|url|signin|secret|tls)|oauth|middlewares|jwt|authn|basic-auth|whitelist-source-range|allowlist-source-range|iap|cognito/iu;
const DEPTH = 12;
const NAMES_LIMIT = 1000;

/** Services, ingresses and network policies among the objects of a file. */
export function waysOf(resources: readonly Resource[]): Ways {
  const ofKind = (pattern: RegExp) => resources.filter(({ kind }) => pattern.test(kind));
  return {
    services: ofKind(/^Service$/u).map(serviceOf),
    ingresses: ofKind(/^(?:Ingress|IngressRoute|HTTPRoute|VirtualService|Route)$/u).map((one) => ({
      names: new Set(servicesNamed(one.document, at(one.document, one.node, "spec"), 0)),
      asks: asksWho(one),
      range: entry(one.document, one.node, "kind")?.range ?? [0, 0],
    })),
    policies: ofKind(/^NetworkPolicy$/u).map(({ document, node }) =>
      mapOf(document, at(document, node, "spec", "podSelector", "matchLabels")),
    ),
  };
}

function serviceOf({ document, node }: Resource): Ways["services"][number] {
  const spec = at(document, node, "spec");
  const type = entry(document, spec, "type");
  const base = {
    selector: mapOf(document, entry(document, spec, "selector")?.value),
    name: textOf(at(document, node, "metadata", "name")) ?? "",
  };
  const outside = type !== undefined && /^(?:LoadBalancer|NodePort)$/u.test(textOf(type.value) ?? "");
  return outside && !isInternal(document, node) ? { ...base, open: type.range } : base;
}

/** By which names services lead to the pod. */
export function namesOf(pod: Pod, { services }: Ways): ReadonlySet<string> {
  return new Set(services.filter(({ selector }) => selects(selector, pod.labels)).map(({ name }) => name));
}

/** Who reaches a pod, by the services, ingresses and policies of the same file. */
export function exposureOf(pod: Pod, { services, ingresses, policies }: Ways): Exposure {
  const own = services.filter(({ selector }) => selects(selector, pod.labels));
  const outside = own.find(({ open }) => open !== undefined)?.open;
  if (outside !== undefined) return { kind: "outside", range: outside };
  const leading = ingresses.filter(({ names }) => own.some(({ name }) => names.has(name)));
  const open = leading.find(({ asks }) => !asks);
  if (open !== undefined) return { kind: "outside", range: open.range };
  const guarded = leading.length > 0 || policies.some((selector) => selects(selector, pod.labels));
  return { kind: guarded ? "guarded" : "cluster" };
}

function isInternal(document: Resource["document"], node: unknown): boolean {
  const annotations = entriesOf(document, at(document, node, "metadata", "annotations"));
  return annotations.some(
    ({ key, value }) =>
      /internal/iu.test(key) && /^(?:true|internal|0\.0\.0\.0\/0)$/iu.test(textOf(value) ?? ""),
  );
}

/** Every `service: {name}`, `serviceName`, `services: [{name}]`, `backendRefs: [{name}]`, `host` below a node. */
function servicesNamed(document: Resource["document"], node: unknown, depth: number): readonly string[] {
  if (depth > DEPTH) return [];
  const own = entriesOf(document, node).flatMap(({ key, value }) => {
    const text = textOf(value);
    if ((key === "serviceName" || key === "name" || key === "host") && text !== undefined) {
      return [text.split(".")[0] ?? text];
    }
    return servicesNamed(document, value, depth + 1);
  });
  const items = itemsOf(document, node).slice(0, NAMES_LIMIT);
  return [...own, ...items.flatMap((item) => servicesNamed(document, item, depth + 1))].slice(0, NAMES_LIMIT);
}

function asksWho({ document, node }: Resource): boolean {
  const annotations = entriesOf(document, at(document, node, "metadata", "annotations"));
  if (annotations.some(({ key }) => AUTH_ANNOTATION.test(key))) return true;
  return hasGuardKey(document, at(document, node, "spec"), 0);
}

/** `middlewares` of Traefik, `jwt` or `basicAuth` of a gateway, anywhere below. */
function hasGuardKey(document: Resource["document"], node: unknown, depth: number): boolean {
  if (depth > DEPTH) return false;
  const own = entriesOf(document, node).some(
    ({ key, value }) =>
      /^(?:middlewares|basicAuth|jwt|oidc|forwardAuth)$/u.test(key) ||
      hasGuardKey(document, value, depth + 1),
  );
  return (
    own ||
    itemsOf(document, node)
      .slice(0, NAMES_LIMIT)
      .some((item) => hasGuardKey(document, item, depth + 1))
  );
}
