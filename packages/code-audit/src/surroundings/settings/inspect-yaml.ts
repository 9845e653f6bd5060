import { isScalar } from "yaml";
import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { Reporter } from "../common/reporter.ts";
import { checkSetting } from "../common/setting.ts";
import { isExample } from "../secrets/check.ts";
import { isWellKnown, secretForm } from "../secrets/values.ts";
import { entriesOf, itemsOf, textOf } from "../yaml/look.ts";
import { type YamlDocument, type YamlNode, readYaml } from "../yaml/read.ts";

/** Beyond this a YAML file that says nothing of what it is holds data, translations or answers of a test. */
const SIZE_LIMIT = 200_000;
const ENTRY_LIMIT = 5_000;
const WORDS =
  /(?:^|[/_.-])(?:locale|locales|i18n|l10n|lang|translations?|fixtures?|cassettes?|openapi|swagger|schemas?)(?:[/_.-]|$)/iu;
/** Settings that MLflow's programs and their configurations name without its prefix. */
const ADDRESS: ReadonlyMap<string, string> = new Map([
  ["tracking_uri", "TRACKING_URI"],
  ["registry_uri", "REGISTRY_URI"],
  ["mlflow_tracking_uri", "MLFLOW_TRACKING_URI"],
]);

/** Could such a file hold settings at all? Asked of the bytes, because parsing every YAML file of a tree costs much. */
export function mayHoldSettings(bytes: Uint8Array): boolean {
  if (bytes.length > SIZE_LIMIT) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return /passw|secret|token|api[_-]?key|access[_-]?key|credential|tracking_uri|registry_uri|MLFLOW_|:\/\/[^\s/@:]*:[^\s/@]+@|AKIA|BEGIN [A-Z ]*PRIVATE/iu.test(
    text,
  );
}

/** Any other YAML file of settings: secrets, and where the tracking server is. */
export function inspectYaml(source: Source): Inspected {
  const reporter = new Reporter(source);
  if (WORDS.test(source.path)) return reporter.result();
  const example = isExample(source.path);
  for (const document of readYaml(reporter)) {
    for (const { name, value, range } of settingsOf(document)) {
      if (!example || secretForm(value) !== undefined)
        checkSetting(reporter, { name, value, range }, example);
    }
  }
  return reporter.result();
}

interface Found {
  readonly name: string;
  readonly value: string;
  readonly range: readonly [number, number];
}

/** Scalars that stand under a key, however deep. A word that a person reads is no password: those have a digit or a sign. */
function settingsOf(document: YamlDocument): readonly Found[] {
  const found: Found[] = [];
  // An alias leads back to where its anchor is: each node is gone into once.
  const seen = new Set<YamlNode>();
  const open: YamlNode[] = [document.root];
  for (let node = open.pop(); node !== undefined && found.length < ENTRY_LIMIT; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const item of itemsOf(document, node)) if (!isScalar(item)) open.push(item);
    for (const { key, value, range } of entriesOf(document, node)) {
      const text = textOf(value);
      if (text === undefined) open.push(value);
      else if (isWellKnown(text) || /[\d!@#$%^&*+/:]/u.test(text)) {
        found.push({ name: ADDRESS.get(key.toLowerCase()) ?? key, value: text, range });
      }
    }
  }
  return found;
}
