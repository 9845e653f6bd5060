import { type ByteSource, Cursor, viewOf } from "@modelkeep/bytes";
import { malformed } from "../error.ts";
import type { Node } from "./node.ts";

const MAX_DEPTH = 200;
/** Every value costs at least one byte, so the size of the file bounds their number; this bounds empty ones in counted arrays. */
const MAX_VALUES = 2 ** 27;

type Read = (view: DataView, at: number) => number;

const NUMBERS: ReadonlyMap<string, { readonly width: number; readonly read: Read }> = new Map([
  ["i", { width: 1, read: (v: DataView, at: number) => v.getInt8(at) }],
  ["U", { width: 1, read: (v: DataView, at: number) => v.getUint8(at) }],
  ["I", { width: 2, read: (v: DataView, at: number) => v.getInt16(at) }],
  ["l", { width: 4, read: (v: DataView, at: number) => v.getInt32(at) }],
  ["L", { width: 8, read: (v: DataView, at: number) => Number(v.getBigInt64(at)) }],
  ["d", { width: 4, read: (v: DataView, at: number) => v.getFloat32(at) }],
  ["D", { width: 8, read: (v: DataView, at: number) => v.getFloat64(at) }],
]);

/**
 * Reads a UBJSON document as XGBoost writes it (src/common/json.cc, UBJReader): big-endian, counted or bracketed.
 * @throws {EstimatorError} `malformed` for anything else, also for bytes behind the document
 */
export function parseUbjson(source: ByteSource): Node {
  const reader = new UbjsonReader(source);
  const root = reader.value(reader.char(), 0);
  if (reader.left > 0) throw malformed("data follows the XGBoost model's UBJSON document");
  return root;
}

class UbjsonReader {
  readonly #cursor: Cursor;
  #values = 0;

  constructor(source: ByteSource) {
    this.#cursor = new Cursor(source);
  }

  get left(): number {
    return this.#cursor.remaining;
  }

  char(): string {
    return String.fromCharCode(this.#cursor.u8());
  }

  value(marker: string, depth: number): Node {
    if (depth > MAX_DEPTH) throw malformed("the XGBoost model's UBJSON nests too deep");
    if (++this.#values > MAX_VALUES) throw malformed("the XGBoost model's UBJSON holds too many values");
    const number = NUMBERS.get(marker);
    if (number !== undefined) return number.read(viewOf(this.#cursor.bytes(number.width)), 0);
    switch (marker) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case "S":
        return this.#text();
      case "T":
        return true;
      case "F":
        return false;
      case "Z":
        return null;
      default:
        throw malformed(`UBJSON marker ${JSON.stringify(marker)} is unknown`);
    }
  }

  #object(depth: number): Node {
    const out = new Map<string, Node>();
    for (let marker = this.char(); marker !== "}"; marker = this.char()) {
      const key = this.#content(this.#length(marker));
      if (out.has(key)) throw malformed(`UBJSON key ${JSON.stringify(key.slice(0, 80))} is there twice`);
      out.set(key, this.value(this.char(), depth + 1));
    }
    return out;
  }

  #array(depth: number): Node {
    let marker = this.char();
    if (marker === "$") return this.#typed();
    const out: Node[] = [];
    if (marker === "#") {
      const count = this.#length(this.char());
      if (count > this.left) throw malformed("a UBJSON array is longer than its file");
      for (let i = 0; i < count; i++) out.push(this.value(this.char(), depth + 1));
      return out;
    }
    for (; marker !== "]"; marker = this.char()) out.push(this.value(marker, depth + 1));
    return out;
  }

  /** `$type#count`: numbers without markers. */
  #typed(): Float64Array {
    const number = NUMBERS.get(this.char());
    if (number === undefined || this.char() !== "#")
      throw malformed("a UBJSON array of one type holds no numbers");
    const count = this.#length(this.char());
    if (count * number.width > this.left) throw malformed("a UBJSON array is longer than its file");
    const view = viewOf(this.#cursor.bytes(count * number.width));
    return Float64Array.from({ length: count }, (_, i) => number.read(view, i * number.width));
  }

  #text(): string {
    return this.#content(this.#length(this.char()));
  }

  #content(length: number): string {
    return Buffer.from(this.#cursor.bytes(length)).toString("utf8");
  }

  #length(marker: string): number {
    const number = "iUIlL".includes(marker) ? NUMBERS.get(marker) : undefined;
    if (number === undefined) throw malformed("a UBJSON length is no whole number");
    const length = number.read(viewOf(this.#cursor.bytes(number.width)), 0);
    if (length < 0 || length > this.left) throw malformed("a UBJSON length reaches beyond the file");
    return length;
  }
}
