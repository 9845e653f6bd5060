import type { Setting } from "../secrets/check.ts";
import { entriesOf, entry, isSequence, itemsOf, rangeOf, textOf } from "../yaml/look.ts";
import type { YamlDocument } from "../yaml/read.ts";

/** `environment` of compose (list or map) and `env` of Kubernetes (`name`/`value`); references to secrets have no value. */
export function environmentOf(
  document: YamlDocument,
  container: unknown,
  source: string,
): readonly Setting[] {
  return ["environment", "env"].flatMap((key) => {
    const node = entry(document, container, key)?.value;
    if (!isSequence(node)) return mapSettings(document, node);
    return itemsOf(document, node).flatMap((item) => itemSetting(document, item, source));
  });
}

/** Settings of a plain map: `NAME: value`. */
export function mapSettings(document: YamlDocument, node: unknown): readonly Setting[] {
  return entriesOf(document, node).flatMap(({ key, value, range }) => {
    const text = textOf(value);
    return text === undefined ? [] : [{ name: key, value: text, range }];
  });
}

function itemSetting(document: YamlDocument, item: unknown, source: string): readonly Setting[] {
  const text = textOf(item);
  if (text !== undefined) {
    const match = /^([A-Za-z_][\w.-]*)=(.*)$/su.exec(text);
    return match === null ? [] : [{ name: match[1] ?? "", value: match[2] ?? "", range: rangeOf(item) }];
  }
  const name = textOf(entry(document, item, "name")?.value);
  const value = entry(document, item, "value");
  const given = textOf(value?.value);
  if (name === undefined || value === undefined || given === undefined) return [];
  // The place is that of the value: in a list of pairs its line is the one to change.
  return [{ name, value: given, range: [value.keyRange[0], Math.min(value.range[1], source.length)] }];
}
