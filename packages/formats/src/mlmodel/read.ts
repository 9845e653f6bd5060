import type { ByteSource } from "@modelkeep/bytes";
import type * as Yaml from "yaml";
import type { MlmodelFacts } from "../analysis.ts";
import { FormatError } from "../context.ts";
import { decodeUtf8 } from "../text/utf8.ts";
import { yaml } from "./yaml.ts";

/** MLflow's own are a few kilobytes; an input example or a signature can add some hundred. */
export const MAX_MLMODEL_BYTES = 2 ** 20;
const MAX_NODES = 100_000;
const MAX_DEPTH = 64;

/** Whether a text could be a MLmodel: small, and the word `flavors` is in it. */
export function looksLikeMlmodel(source: ByteSource): boolean {
  if (source.size > MAX_MLMODEL_BYTES) return false;
  const text = Buffer.from(source.view(0, source.size));
  return text.includes("flavors");
}

/**
 * Reads a MLmodel: one YAML 1.1 document (what PyYAML reads) whose top is a mapping with `flavors`. Anchors, tags,
 * merge keys and repeated keys are refused: MLflow writes none, and readers differ on them.
 *
 * @returns undefined when the text is not YAML, or YAML without a top-level `flavors`
 * @throws {FormatError} `ambiguous` or `malformed` when it is a MLmodel, but not one that reads in one way only
 */
export function readMlmodel(source: ByteSource): MlmodelFacts | undefined {
  if (source.size > MAX_MLMODEL_BYTES) {
    throw new FormatError("budget", `a MLmodel of more than ${MAX_MLMODEL_BYTES} bytes`, 0);
  }
  const { isMap, isScalar } = yaml();
  const text = decodeUtf8(source);
  const documents = parse(text);
  const document = documents[0];
  if (document === undefined || !isMap(document.contents)) return undefined;
  if (!document.contents.items.some((pair) => isScalar(pair.key) && pair.key.value === "flavors"))
    return undefined;
  checkLines(text);
  if (documents.length > 1) throw new FormatError("ambiguous", "a MLmodel of several documents", 0);
  const error = document.errors[0];
  if (error !== undefined) throw new FormatError("malformed", `MLmodel: ${error.message}`, error.pos[0]);
  if (document.warnings.length > 0 || document.directives?.yaml.explicit === true) {
    throw new FormatError("malformed", "MLmodel: unknown YAML directives or tags", 0);
  }
  checkNodes(document);
  return factsOf(plain(document.contents, 0));
}

/**
 * PyYAML ends a line at these too (yaml/reader.py, yaml/scanner.py: `\r\n\x85\u2028\u2029`), newer YAML does not: behind a
 * comment sign, or within a text, each can hide an entry from one of the two. MLflow escapes them.
 */
const ODD_LINE_END = /\r(?!\n)|[\u0085\u2028\u2029]/u;
/** Others that PyYAML refuses, skips or takes as a blank: a mark of byte order within the text, control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const ODD_CHARACTER = /(?!^)\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/u;

function checkLines(text: string): void {
  for (const [odd, what] of [
    [ODD_LINE_END, "a line end that only some YAML readers know"],
    [ODD_CHARACTER, "a control character or a byte order mark within it"],
  ] as const) {
    const at = odd.exec(text)?.index;
    if (at !== undefined) throw new FormatError("ambiguous", `a MLmodel with ${what}`, at);
  }
}

type ParsedDocument =
  ReturnType<typeof Yaml.parseAllDocuments> extends readonly (infer D)[] | infer _E ? D : never;

function parse(text: string): ParsedDocument[] {
  const parsed = yaml().parseAllDocuments(text, {
    version: "1.1",
    schema: "yaml-1.1",
    merge: false,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  return Array.isArray(parsed) ? [...parsed] : [];
}

function checkNodes(document: ParsedDocument): void {
  let nodes = 0;
  const { isAlias, visit } = yaml();
  visit(document, {
    Node(_key, node) {
      nodes++;
      const offset = node.range?.[0] ?? 0;
      if (nodes > MAX_NODES) throw new FormatError("budget", "a MLmodel with too many nodes", offset);
      if (isAlias(node) || node.anchor !== undefined) {
        throw new FormatError("ambiguous", "a MLmodel with YAML anchors or aliases", offset);
      }
      if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:")) {
        throw new FormatError("ambiguous", `a MLmodel with the YAML tag ${node.tag}`, offset);
      }
    },
  });
}

function plain(node: unknown, depth: number): unknown {
  const { isCollection, isMap, isPair, isScalar } = yaml();
  if (depth > MAX_DEPTH) throw new FormatError("budget", "a MLmodel that nests too deep", 0);
  if (isScalar(node)) return node.value;
  if (!isCollection(node)) return null;
  if (!isMap(node)) return node.items.map((item) => plain(isPair(item) ? item.value : item, depth + 1));
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const pair of node.items) {
    const key = keyOf(pair.key);
    if (Object.hasOwn(object, key))
      throw new FormatError("ambiguous", `MLmodel key ${key} is there twice`, 0);
    object[key] = plain(pair.value, depth + 1);
  }
  return object;
}

function keyOf(key: unknown): string {
  const value = yaml().isScalar(key) ? key.value : undefined;
  if (value === "<<") throw new FormatError("ambiguous", "a MLmodel with a YAML merge key", 0);
  if (typeof value === "string") return value;
  // A number or boolean as a key is not what MLflow writes; its text form serves to compare.
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new FormatError("malformed", "a MLmodel key that is no text", 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function factsOf(document: unknown): MlmodelFacts {
  if (!isRecord(document)) throw new FormatError("malformed", "a MLmodel that is no mapping", 0);
  const listed = document["flavors"];
  if (!isRecord(listed)) throw new FormatError("malformed", "MLmodel: flavors is no mapping", 0);
  const flavors: Record<string, Record<string, unknown>> = Object.create(null) as Record<
    string,
    Record<string, unknown>
  >;
  for (const [name, entries] of Object.entries(listed)) {
    if (!isRecord(entries)) throw new FormatError("malformed", `MLmodel: flavor ${name} is no mapping`, 0);
    flavors[name] = entries;
  }
  return { flavors, document };
}
