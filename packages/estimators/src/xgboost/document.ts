import { type ByteSource } from "@modelkeep/bytes";
import { JsonFloat, parseJson } from "@modelkeep/formats/json/parse";
import { malformed } from "../error.ts";
import type { Node } from "./node.ts";
import { parseUbjson } from "./ubjson.ts";

const MAX_TEXT = 256 * 2 ** 20;

/**
 * An XGBoost model file: JSON text or UBJSON, told apart by the second byte as XGBoost does.
 * @throws {EstimatorError} `malformed`
 */
export function readDocument(source: ByteSource): Doc {
  const head = source.view(0, Math.min(2, source.size));
  if (head[0] !== 0x7b)
    throw malformed("the XGBoost model is neither JSON nor UBJSON (the old binary form is not read)");
  const second = head[1] ?? 0;
  const text = second === 0x22 || second === 0x7d || second <= 0x20;
  return new Doc(text ? jsonOf(source) : parseUbjson(source), "model");
}

function jsonOf(source: ByteSource): Node {
  if (source.size > MAX_TEXT) throw malformed(`the XGBoost model's JSON is larger than ${MAX_TEXT} bytes`);
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(source.view(0, source.size)));
  } catch (error) {
    throw malformed(
      `the XGBoost model is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** One object of the document, with getters that name the path when something is not as it must be. */
export class Doc {
  readonly #node: Node;
  readonly where: string;

  constructor(node: Node, where: string) {
    this.#node = node;
    this.where = where;
  }

  has(name: string): boolean {
    return this.#map().has(name);
  }

  at(name: string): Doc {
    const node = this.#map().get(name);
    if (node === undefined) throw malformed(`${this.where}.${name} is missing`);
    return new Doc(node, `${this.where}.${name}`);
  }

  text(): string {
    if (typeof this.#node === "string") return this.#node;
    throw malformed(`${this.where} is no text`);
  }

  /** XGBoost writes its parameters as text. */
  number(): number {
    const n = typeof this.#node === "string" ? numberOf(this.#node) : scalarOf(this.#node);
    if (n === undefined) throw malformed(`${this.where} is no number`);
    return n;
  }

  int(low: number, high: number): number {
    const n = this.number();
    if (!Number.isInteger(n) || n < low || n > high)
      throw malformed(`${this.where} is ${n}, not a whole number from ${low} to ${high}`);
    return n;
  }

  items(): Doc[] {
    if (this.#node instanceof Float64Array)
      return Array.from(this.#node, (n, i) => new Doc(n, `${this.where}[${i}]`));
    if (!Array.isArray(this.#node)) throw malformed(`${this.where} is no array`);
    return (this.#node as readonly Node[]).map((node, i) => new Doc(node, `${this.where}[${i}]`));
  }

  /** An array of numbers or truth values. */
  numbers(): Float64Array {
    if (this.#node instanceof Float64Array) return this.#node;
    if (!Array.isArray(this.#node)) throw malformed(`${this.where} is no array`);
    return Float64Array.from(this.#node as readonly Node[], (node) => {
      const n = scalarOf(node);
      if (n === undefined) throw malformed(`${this.where} holds something that is no number`);
      return n;
    });
  }

  #map(): ReadonlyMap<string, Node> {
    if (this.#node instanceof Map) return this.#node;
    throw malformed(`${this.where} is no object`);
  }
}

function scalarOf(node: Node): number | undefined {
  if (typeof node === "number") return node;
  if (typeof node === "boolean") return node ? 1 : 0;
  return node instanceof JsonFloat ? node.value : undefined;
}

/** A number as XGBoost prints it: no spaces, no words. */
export function numberOf(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text) ? Number(text) : undefined;
}
