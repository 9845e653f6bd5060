import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import { Node } from "./node.ts";

/** A module's syntax. */
export interface Syntax {
  readonly root: Node;
  /** Stretches that are not Python, as offsets; bounded. */
  readonly errors: readonly (readonly [number, number])[];
}

const MOST_ERRORS = 50;
/** Comments and continuations mean nothing; the text of these is read from the source when needed. */
const LEAVES: ReadonlySet<string> = new Set(["comment", "line_continuation"]);

let grammar:
  | {
      readonly parser: Parser;
      readonly types: readonly string[];
      readonly fields: readonly (string | null)[];
    }
  | undefined;

/** Loads the grammar, once in each thread. */
export async function loadGrammar(): Promise<void> {
  if (grammar !== undefined) return;
  await Parser.init();
  const wasm = createRequire(import.meta.url).resolve("tree-sitter-python/tree-sitter-python.wasm");
  const language = await Language.load(new Uint8Array(await readFile(wasm)));
  const parser = new Parser();
  parser.setLanguage(language);
  const types = Array.from({ length: language.nodeTypeCount }, (_, id) => language.nodeTypeForId(id) ?? "");
  const named = Array.from({ length: language.nodeTypeCount }, (_, id) => language.nodeTypeIsNamed(id));
  grammar = {
    parser,
    types: types.map((type, id) => (named[id] === true ? type : `'${type}`)),
    fields: language.fields,
  };
}

/**
 * Parses Python of any version, around whatever is not Python. `loadGrammar` must have ended before.
 * @throws {Error} when the grammar is not loaded, or the parser gives up
 */
export function parse(text: string): Syntax {
  if (grammar === undefined) throw new Error("the grammar is not loaded");
  const tree = grammar.parser.parse(text);
  if (tree === null) throw new Error("the parser gave up");
  const cursor = tree.walk();
  try {
    const root = copy(cursor, grammar.types, grammar.fields);
    return { root, errors: tree.rootNode.hasError ? errorsOf(root) : [] };
  } finally {
    cursor.delete();
    tree.delete();
  }
}

/** Copies a tree without recursion: sources may nest as deep as they like. */
function copy(cursor: TreeCursor, types: readonly string[], fields: readonly (string | null)[]): Node {
  const root = new Node("module", cursor.startIndex, cursor.endIndex, undefined, undefined);
  let parent = root;
  if (!cursor.gotoFirstChild()) return root;
  for (;;) {
    const node = nodeAt(cursor, parent, types, fields);
    if (node !== undefined && cursor.gotoFirstChild()) {
      parent = node;
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent() || parent.parent === undefined) return root;
      parent = parent.parent;
    }
  }
}

/** @returns undefined for what is left out */
function nodeAt(
  cursor: TreeCursor,
  parent: Node,
  types: readonly string[],
  fields: readonly (string | null)[],
): Node | undefined {
  const type = types[cursor.nodeTypeId] ?? "ERROR";
  if (LEAVES.has(type)) return undefined;
  const field = fields[cursor.currentFieldId] ?? undefined;
  const missing = type !== "ERROR" && cursor.startIndex === cursor.endIndex && cursor.nodeIsMissing;
  if (type.startsWith("'") && field === undefined && !missing) return undefined;
  const node = new Node(missing ? "MISSING" : type, cursor.startIndex, cursor.endIndex, parent, field);
  parent.kids.push(node);
  return node;
}

function errorsOf(root: Node): readonly (readonly [number, number])[] {
  const errors: (readonly [number, number])[] = [];
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined && errors.length < MOST_ERRORS; node = open.pop()) {
    // The grammar does not know the defaults of type parameters (PEP 696).
    if (node.type === "type_parameter") continue;
    if (node.type === "ERROR" || node.type === "MISSING") errors.push([node.start, node.end]);
    else for (let at = node.kids.length - 1; at >= 0; at--) open.push(node.kids[at] as Node);
  }
  return errors;
}
