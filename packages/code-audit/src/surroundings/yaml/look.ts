import { type Pair, type Scalar, type YAMLMap, isMap, isScalar, isSeq } from "yaml";
import { Mapped, type Piece } from "../common/mapped.ts";
import type { Range } from "../common/reporter.ts";
import type { YamlDocument, YamlNode } from "./read.ts";

/** A key with its value, aliases followed and merges (`<<`) taken in. */
export interface Entry {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: YamlNode;
  /** From the key to the end of the value's first line. */
  readonly range: Range;
}

const MERGE_LIMIT = 8;
const WINDOW = 2000;

/** The entries of a map, in order; none of anything else. */
export function entriesOf(document: YamlDocument, node: unknown, depth = 0): readonly Entry[] {
  const map = document.resolve(node);
  if (!isMap(map)) return [];
  const own = map.items.flatMap((pair) => entryOf(document, pair));
  if (depth > MERGE_LIMIT || !map.items.some(isMerge)) return own;
  const names = new Set(own.map(({ key }) => key));
  const merged = map.items.filter(isMerge).flatMap((pair) => {
    const target = document.resolve(pair.value);
    const sources: readonly unknown[] = isSeq(target) ? target.items : [target];
    return sources.slice(0, MERGE_LIMIT).flatMap((source) => entriesOf(document, source, depth + 1));
  });
  return [...own, ...merged.filter(({ key }) => !names.has(key)).slice(0, 10_000)];
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === "<<";
}

function entryOf(document: YamlDocument, pair: Pair): readonly Entry[] {
  if (!isScalar(pair.key) || isMerge(pair)) return [];
  const keyRange = rangeOf(pair.key);
  const value = document.resolve(pair.value);
  const end = isScalar(value) && pair.value === value && isInline(value) ? rangeOf(value)[1] : keyRange[1];
  return [{ key: textOfKey(pair.key), keyRange, value, range: [keyRange[0], Math.max(end, keyRange[1])] }];
}

/** `on:` is true to a reader of YAML 1.1 and text to others. */
function textOfKey(key: Scalar): string {
  return textOf(key) ?? "";
}

function isInline(scalar: Scalar): boolean {
  return scalar.type !== "BLOCK_FOLDED" && scalar.type !== "BLOCK_LITERAL";
}

/** The entry of a map by its key. */
export function entry(document: YamlDocument, node: unknown, key: string): Entry | undefined {
  return entriesOf(document, node).find((one) => one.key === key);
}

/** A value by a way of keys. */
export function at(document: YamlDocument, node: unknown, ...keys: readonly string[]): YamlNode {
  let here = document.resolve(node);
  for (const key of keys) here = entry(document, here, key)?.value;
  return here;
}

/** The items of a sequence, aliases followed. */
export function itemsOf(document: YamlDocument, node: unknown): readonly YamlNode[] {
  const sequence = document.resolve(node);
  return isSeq(sequence) ? sequence.items.slice(0, 20_000).map((item) => document.resolve(item)) : [];
}

/** A scalar as text: `5000`, `true` and `"true"` alike; `undefined` for anything else and for nothing. */
export function textOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null || node.value === undefined) return undefined;
  if (typeof node.value === "string") return node.value;
  return node.source ?? JSON.stringify(node.value);
}

/** Is it the truth value, however YAML's versions write it? */
export function isTrue(node: unknown): boolean {
  return /^(?:true|yes|on)$/iu.test(textOf(node) ?? "");
}

export function isFalse(node: unknown): boolean {
  return /^(?:false|no|off)$/iu.test(textOf(node) ?? "");
}

/** Where a node stands, without what follows it. */
export function rangeOf(node: unknown): Range {
  const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return range === undefined || range === null ? [0, 0] : [range[0], range[1]];
}

/** Is this a map at all? */
export function isMapping(node: unknown): node is YAMLMap {
  return isMap(node);
}

export function isSequence(node: unknown): boolean {
  return isSeq(node);
}

/** A scalar's text that knows where its characters stand in the file, whatever its style. */
export function mappedOf(node: unknown, source: string): Mapped {
  const text = textOf(node) ?? "";
  const [start, end] = rangeOf(node);
  if (source.slice(start, end) === text) return Mapped.whole(text, start);
  return new Mapped(alignLines(text, source, start, end));
}

/** Finds each line of the value again in what was written, in order; a character that is not found keeps the place before. */
function alignLines(text: string, source: string, start: number, end: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = /^[|>]/u.test(source.slice(start, start + 1)) ? source.indexOf("\n", start) + 1 : start;
  for (const line of text.split(/(?<=\n)/u)) {
    const words = line.split(/(?<=\s)(?=\S)/u);
    for (const word of words) {
      const bare = word.trimEnd();
      const found = bare === "" ? -1 : findWord(source, bare, from, end);
      const place = found < 0 ? from : found;
      pieces.push({ text: word, at: place });
      if (found >= 0) from = found + bare.length;
    }
  }
  return pieces;
}

/** Escapes make a word unlike what was written; then its place is where the last one ended. */
function findWord(source: string, word: string, from: number, end: number): number {
  // An escape shifts it by little; a window keeps hostile texts from costing the square of their length.
  const found = source.slice(from, Math.min(end, from + word.length + WINDOW)).indexOf(word);
  return found < 0 ? -1 : from + found;
}
