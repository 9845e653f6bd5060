import { isAlias, isMap, isScalar, isSeq, parseDocument, type ParsedNode } from "yaml";
import type { Span } from "./lines.ts";

/** Why a text is no YAML that is read. */
export class YamlError extends Error {
  override readonly name = "YamlError";
}

export type YamlNode = ParsedNode | null;
/** Texts, with their place. */
export interface YamlText extends Span {
  readonly value: string;
  readonly content: number | undefined;
}

/** Environments are far smaller, and the library needs a second for each megabyte. */
const MAX_LENGTH = 2 ** 20;
const MAX_FLOW_DEPTH = 50;
const MAX_DASHES = 20;

/**
 * Reads YAML whose scalars stay texts; depth and size are bounded before the library sees it.
 * @throws {YamlError}
 */
export function parseYaml(text: string): YamlNode {
  if (text.length > MAX_LENGTH) throw new YamlError(`it has more than ${MAX_LENGTH} characters`);
  if (isTooDeep(text)) throw new YamlError("it is nested too deeply");
  try {
    const document = parseDocument(text, {
      schema: "failsafe",
      // The library compares each key with all others: keys that are looked up are counted here instead.
      uniqueKeys: false,
      stringKeys: true,
      logLevel: "silent",
    });
    const [problem] = document.errors;
    if (problem !== undefined) throw new YamlError(problem.message.split("\n", 1)[0] ?? "it is no YAML");
    return document.contents;
  } catch (error) {
    if (error instanceof YamlError) throw error;
    // The library recurses; what still exhausts the stack is no file of requirements.
    throw new YamlError("it cannot be read as YAML", { cause: error });
  }
}

function isTooDeep(text: string): boolean {
  let flow = 0;
  for (const { 0: character } of text.matchAll(/[[{\]}]/gu)) {
    flow += character === "[" || character === "{" ? 1 : -1;
    if (flow > MAX_FLOW_DEPTH) return true;
    if (flow < 0) flow = 0;
  }
  return new RegExp(`^ {200}|(?:[-?:][ \\t]+){${MAX_DASHES}}`, "mu").test(text);
}

/**
 * The value of a key; undefined when there is none, or no mapping. Aliases are not followed.
 * @throws {YamlError} when the key is there twice: readers disagree which counts
 */
export function yamlAt(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (!isMap(node)) return undefined;
  const found = node.items.filter((item) => isScalar(item.key) && item.key.value === key);
  if (found.length > 1) throw new YamlError(`the key ${key} is there twice`);
  return found[0]?.value;
}

/** The items of a list; undefined when it is none. */
export function yamlItems(node: YamlNode | undefined): readonly YamlNode[] | undefined {
  return isSeq(node) ? node.items : undefined;
}

/** A scalar as text with its place in the file; undefined for all else, aliases included. */
export function yamlText(node: YamlNode | undefined, source: string): YamlText | undefined {
  if (!isScalar(node) || isAlias(node) || node.range == null || typeof node.value !== "string")
    return undefined;
  const [start, end] = node.range;
  const quoted = /^["']/u.test(source.slice(start, start + 1)) ? 1 : 0;
  const content = source.startsWith(node.value, start + quoted) ? start + quoted : undefined;
  return { value: node.value, content, start, end };
}

export function yamlSpan(node: YamlNode | undefined): Span {
  const [start, end] = node?.range ?? [0, 0];
  return { start, end };
}
