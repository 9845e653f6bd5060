import { type ByteSource, Cursor, viewOf } from "@modelkeep/bytes";
import { FormatError } from "../context.ts";

const MAX_DEPTH = 200;
/** Values outside typed arrays become objects of JavaScript; honest models have some hundred for each tree. */
const MAX_VALUES = 2 ** 22;

/** An array of one number type, read where it stands. */
export interface UbjsonNumbers {
  readonly length: number;
  /** Whether the elements are integers. */
  readonly integers: boolean;
  at(index: number): number;
}

export type Ubjson = null | boolean | number | string | UbjsonFloat | UbjsonNumbers | Ubjson[] | UbjsonObject;
export type UbjsonObject = Map<string, Ubjson>;

/** A single number of a floating type. */
export class UbjsonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

type Read = (view: DataView, at: number) => number;

const INTEGERS: ReadonlyMap<string, readonly [width: number, read: Read]> = new Map([
  ["i", [1, (v: DataView, at: number) => v.getInt8(at)]],
  ["U", [1, (v: DataView, at: number) => v.getUint8(at)]],
  ["I", [2, (v: DataView, at: number) => v.getInt16(at)]],
  ["l", [4, (v: DataView, at: number) => v.getInt32(at)]],
  ["L", [8, (v: DataView, at: number) => Number(v.getBigInt64(at))]],
]);
const FLOATS: ReadonlyMap<string, readonly [width: number, read: Read]> = new Map([
  ["d", [4, (v: DataView, at: number) => v.getFloat32(at)]],
  ["D", [8, (v: DataView, at: number) => v.getFloat64(at)]],
]);

/**
 * Reads a UBJSON document as XGBoost writes it (src/common/json.cc, UBJReader): big-endian, counted or bracketed.
 * Typed arrays stay windows of the source, so memory follows the number of other values.
 * @throws {FormatError} `malformed`, `ambiguous` (a key twice), `leftover` (bytes behind it), `budget` (depth, values)
 * @throws {BytesError} `truncated`
 */
export function parseUbjson(source: ByteSource): Ubjson {
  const parser = new UbjsonParser(source);
  return parser.document();
}

class UbjsonParser {
  readonly #cursor: Cursor;
  #values = 0;

  constructor(source: ByteSource) {
    this.#cursor = new Cursor(source);
  }

  document(): Ubjson {
    const value = this.#value(this.#char(), 0);
    if (this.#cursor.remaining > 0) throw this.#fault("leftover", "data follows the UBJSON document");
    return value;
  }

  #value(marker: string, depth: number): Ubjson {
    this.#values++;
    if (depth > MAX_DEPTH) throw this.#fault("budget", "UBJSON nests too deep");
    if (this.#values > MAX_VALUES) throw this.#fault("budget", "UBJSON holds too many single values");
    if (marker === "{") return this.#object(depth);
    if (marker === "[") return this.#array(depth);
    if (marker === "S") return this.#text(this.#char());
    return this.#scalar(marker);
  }

  #scalar(marker: string): Ubjson {
    const integer = INTEGERS.get(marker);
    if (integer !== undefined) return this.#number(integer);
    const float = FLOATS.get(marker);
    if (float !== undefined) return new UbjsonFloat(this.#number(float));
    if (marker === "Z") return null;
    if (marker === "T" || marker === "F") return marker === "T";
    throw this.#fault("malformed", `UBJSON marker ${JSON.stringify(marker)} is unknown`);
  }

  #object(depth: number): UbjsonObject {
    const object: UbjsonObject = new Map();
    for (let marker = this.#char(); marker !== "}"; marker = this.#char()) {
      const key = this.#text(marker);
      if (object.has(key)) throw this.#fault("ambiguous", "a UBJSON key is there twice");
      object.set(key, this.#value(this.#char(), depth + 1));
    }
    return object;
  }

  #array(depth: number): Ubjson[] | UbjsonNumbers {
    const items: Ubjson[] = [];
    let marker = this.#char();
    if (marker === "$") return this.#typed();
    if (marker === "#") {
      for (let left = this.#length(this.#char()); left > 0; left--)
        items.push(this.#value(this.#char(), depth + 1));
      return items;
    }
    for (; marker !== "]"; marker = this.#char()) items.push(this.#value(marker, depth + 1));
    return items;
  }

  /** `$type#count`, then the elements without markers. */
  #typed(): UbjsonNumbers {
    const marker = this.#char();
    const type = INTEGERS.get(marker) ?? FLOATS.get(marker);
    if (type === undefined || this.#char() !== "#")
      throw this.#fault("malformed", "a UBJSON array of one type that holds no numbers");
    const length = this.#length(this.#char());
    const [width, read] = type;
    const view = viewOf(this.#cursor.bytes(length * width));
    return { length, integers: INTEGERS.has(marker), at: (index) => read(view, index * width) };
  }

  #number([width, read]: readonly [width: number, read: Read]): number {
    return read(viewOf(this.#cursor.bytes(width)), 0);
  }

  #text(marker: string): string {
    return Buffer.from(this.#cursor.bytes(this.#length(marker))).toString("latin1");
  }

  #length(marker: string): number {
    const type = INTEGERS.get(marker);
    const length = type === undefined ? Number.NaN : this.#number(type);
    if (!Number.isSafeInteger(length) || length < 0)
      throw this.#fault("malformed", "a UBJSON length that is no whole number");
    return length;
  }

  #char(): string {
    return String.fromCharCode(this.#cursor.u8());
  }

  #fault(code: ConstructorParameters<typeof FormatError>[0], message: string): FormatError {
    return new FormatError(code, message, this.#cursor.offset);
  }
}
