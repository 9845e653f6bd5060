import {
  type Document,
  LineCounter,
  type Node,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
} from "yaml";
import type { Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";

/** Beyond this, a YAML file is data; nobody writes such settings by hand. */
const SIZE_LIMIT = 4 * 1024 * 1024;
const DEPTH_LIMIT = 100;
const DOCUMENT_LIMIT = 2000;
const ALIAS_LIMIT = 20;

/** Stands for what a template puts in; the same length as what was written. */
export const TEMPLATE = "\u{e000}";

/** Kinds that Helm, Jinja and the like make; what pipelines write in double braces is theirs. */
const TEMPLATED: ReadonlySet<string> = new Set(["kubernetes", "compose", "conda", "yaml"]);

export type YamlNode = Node | null | undefined;

/** One document of a file; aliases are followed one by one and never copied out. */
export interface YamlDocument {
  readonly root: YamlNode;
  readonly resolve: (node: unknown) => YamlNode;
}

/**
 * Reads all documents of a YAML file with their positions. Errors, templates and what is too large or too deep are said by
 * the reporter; what could be read is given back.
 */
export function readYaml(reporter: Reporter): readonly YamlDocument[] {
  const { text } = reporter.source;
  if (text.length > SIZE_LIMIT) return unread(reporter, "the file is too large", "文件过大");
  if (isTooDeep(text)) return unread(reporter, "it is nested too deeply", "嵌套过深");
  const plain = TEMPLATED.has(reporter.source.kind) ? withoutTemplates(text) : text;
  if (plain !== text) {
    reporter.partial(say("templates ({{ … }}) are not evaluated", "未展开模板（{{ … }}）"));
  }
  try {
    return documentsOf(plain, reporter);
  } catch (error) {
    // The parser recurses and may refuse; either way the file is not understood, and that is said.
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    return unread(reporter, `it is no YAML: ${why}`, `不是有效的 YAML：${why}`);
  }
}

function unread(reporter: Reporter, en: string, zh: string): readonly YamlDocument[] {
  reporter.unread(say(en, zh));
  return [];
}

function documentsOf(text: string, reporter: Reporter): readonly YamlDocument[] {
  const options = {
    lineCounter: new LineCounter(),
    uniqueKeys: false,
    strict: false,
    merge: false,
    logLevel: "silent",
  } as const;
  const parsed = parseAllDocuments(text, options);
  const documents: Document.Parsed[] = "empty" in parsed ? [] : parsed;
  const [error] = documents.flatMap((document) => document.errors);
  if (error !== undefined) {
    const why = error.message.split("\n", 1)[0]?.slice(0, 200) ?? "";
    reporter.partial(say(`not valid YAML: ${why}`, `YAML 无效：${why}`), rangeWithin(error.pos, text));
  }
  return documents.slice(0, DOCUMENT_LIMIT).map(documentOf);
}

function rangeWithin([start, end]: readonly [number, number], text: string): Range {
  const from = Math.min(Math.max(start, 0), text.length);
  return [from, Math.min(Math.max(end, from), text.length)];
}

function documentOf(document: Document.Parsed): YamlDocument {
  let anchors: ReadonlyMap<string, YamlNode> | undefined;
  return {
    root: document.contents,
    resolve: (node) => {
      let target = node;
      for (let turn = 0; isAlias(target) && turn < ALIAS_LIMIT; turn++) {
        anchors ??= anchorsOf(document.contents);
        target = anchors.get(target.source);
      }
      return isMap(target) || isSeq(target) || isScalar(target) ? target : undefined;
    },
  };
}

/** One walk over the tree, with a stack of its own: aliases are leaves of it. */
function anchorsOf(root: YamlNode): ReadonlyMap<string, YamlNode> {
  const anchors = new Map<string, YamlNode>();
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
      anchors.set(node.anchor, node);
    if (isSeq(node))
      open.push(...node.items.slice(0, 100_000).filter((one) => one !== null && one !== undefined));
    else if (isMap(node))
      for (const pair of node.items)
        if (pair.value !== null && pair.value !== undefined) open.push(pair.value);
  }
  return anchors;
}

/** More open brackets, or more steps of indentation, than a person writes; the parser would run out of stack. */
function isTooDeep(text: string): boolean {
  let brackets = 0;
  let dashes = 0;
  let fresh = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) brackets++;
    else if (code === 93 || code === 125) brackets = Math.max(0, brackets - 1);
    else if (code === 10) {
      fresh = true;
      dashes = 0;
      continue;
    } else if (fresh && (code === 45 || code === 63)) dashes++;
    else if (code !== 32) fresh = false;
    if (brackets > DEPTH_LIMIT || dashes > DEPTH_LIMIT) return true;
  }
  return deepestIndent(text) > DEPTH_LIMIT;
}

/** Levels of indentation that are open at once at most. */
function deepestIndent(text: string): number {
  const open: number[] = [];
  let deepest = 0;
  for (const { 0: line } of text.matchAll(/^ *(?=[^\s#])/gmu)) {
    while ((open.at(-1) ?? -1) >= line.length) open.pop();
    open.push(line.length);
    deepest = Math.max(deepest, open.length);
  }
  return deepest;
}

const CONTROL_LINE = /^[ \t]*\{\{.*\}\}[ \t]*\r?$|^[ \t]*\{%.*%\}[ \t]*\r?$/gmu;
const INLINE = /(?<!\$)\{\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}\}/gu;

/** Templates of Helm and Jinja made harmless: lines of them become comments, others a value of the same length. */
export function withoutTemplates(text: string): string {
  if (!text.includes("{{") && !text.includes("{%")) return text;
  return text
    .replace(CONTROL_LINE, (line) => (line.length === 0 ? line : `#${" ".repeat(line.length - 1)}`))
    .replace(INLINE, (template) => TEMPLATE.repeat(template.length));
}
