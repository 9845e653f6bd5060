import { at, entriesOf, entry, isMapping, itemsOf, textOf } from "../yaml/look.ts";
import type { YamlDocument, YamlNode } from "../yaml/read.ts";

/** One object of a manifest. */
export interface Resource {
  readonly document: YamlDocument;
  readonly node: YamlNode;
  readonly kind: string;
}

/** A pod or the template of one, with the labels that services select it by. */
export interface Pod {
  readonly document: YamlDocument;
  readonly spec: YamlNode;
  readonly labels: ReadonlyMap<string, string>;
}

const LIST_DEPTH = 3;

/** The objects of all documents, those within lists too. */
export function resourcesOf(documents: readonly YamlDocument[]): readonly Resource[] {
  return documents.flatMap((document) => within(document, document.root, 0));
}

function within(document: YamlDocument, node: YamlNode, depth: number): readonly Resource[] {
  const kind = textOf(entry(document, node, "kind")?.value) ?? "";
  if (kind.endsWith("List") && depth < LIST_DEPTH) {
    return itemsOf(document, entry(document, node, "items")?.value).flatMap((item) =>
      within(document, item, depth + 1),
    );
  }
  return isMapping(node) ? [{ document, node, kind }] : [];
}

/** The pod that an object makes: itself, `spec.template`, or `spec.jobTemplate.spec.template`. */
export function podOf({ document, node, kind }: Resource): Pod | undefined {
  const spec = at(document, node, "spec");
  const owner =
    kind === "Pod"
      ? node
      : (at(document, spec, "jobTemplate", "spec", "template") ?? at(document, spec, "template"));
  const podSpec = at(document, owner, "spec");
  if (entry(document, podSpec, "containers") === undefined) return undefined;
  return { document, spec: podSpec, labels: mapOf(document, at(document, owner, "metadata", "labels")) };
}

/** Containers of a pod, those that run first too. */
export function containersOf({ document, spec }: Pod): readonly YamlNode[] {
  return ["containers", "initContainers", "ephemeralContainers"].flatMap((key) =>
    itemsOf(document, entry(document, spec, key)?.value),
  );
}

/** A map of texts. */
export function mapOf(document: YamlDocument, node: unknown): ReadonlyMap<string, string> {
  return new Map(entriesOf(document, node).map(({ key, value }) => [key, textOf(value) ?? ""]));
}

/** Does a selector fit the labels? An empty one fits nothing here: nobody can say what it means. */
export function selects(selector: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  return selector.size > 0 && [...selector].every(([key, value]) => labels.get(key) === value);
}
