import { type ByteSource, Cursor, viewOf } from "@modelkeep/bytes";
import { FormatError, type ReadContext } from "../context.ts";
import { whole } from "../problem.ts";
import type { FormatReader } from "../reader.ts";

const MAX_DEPTH = 200;
/** Width of each value type of fixed size (UBJSON draft 12; XGBoost src/common/json.cc). */
const FIXED = new Map([
  ["Z", 0],
  ["N", 0],
  ["T", 0],
  ["F", 0],
  ["i", 1],
  ["U", 1],
  ["C", 1],
  ["I", 2],
  ["l", 4],
  ["d", 4],
  ["L", 8],
  ["D", 8],
]);

/** UBJSON, in which XGBoost writes models: an object that is walked to its last byte. */
export const ubjsonReader: FormatReader = {
  format: "ubj",
  // An object whose first key has a length of one of the integer types: JSON text cannot begin so.
  matches: ({ head }) =>
    head[0] === 0x7b && (head[1] === 0x4c || head[1] === 0x69 || head[1] === 0x55) && (head[2] ?? 9) < 9,
  read(source, ctx) {
    const end = new UbjsonWalk(source, ctx).run();
    if (end < source.size) throw new FormatError("leftover", "data follows the UBJSON document", end);
    return whole("ubj", "ubjson", source.size);
  },
};

/** An open container; `left` is undefined when it ends with a bracket. */
interface Open {
  readonly object: boolean;
  left: number | undefined;
  readonly keys: Set<string>;
}

class UbjsonWalk {
  readonly #cursor: Cursor;
  readonly #ctx: ReadContext;
  readonly #open: Open[] = [];

  constructor(source: ByteSource, ctx: ReadContext) {
    this.#cursor = new Cursor(source);
    this.#ctx = ctx;
  }

  /** @returns the offset behind the document */
  run(): number {
    this.#value(this.#char());
    for (;;) {
      const top = this.#open.at(-1);
      if (top === undefined) return this.#cursor.offset;
      this.#ctx.budget.steps(1, this.#cursor.offset);
      if (top.left === 0) this.#open.pop();
      else this.#item(top);
    }
  }

  #item(top: Open): void {
    const marker = this.#char();
    if (top.left === undefined && marker === (top.object ? "}" : "]")) {
      this.#open.pop();
      return;
    }
    if (top.left !== undefined) top.left--;
    if (!top.object) {
      this.#value(marker);
      return;
    }
    this.#key(top, marker);
    this.#value(this.#char());
  }

  #key(top: Open, marker: string): void {
    const at = this.#cursor.offset;
    const key = Buffer.from(this.#cursor.bytes(this.#length(marker))).toString("latin1");
    if (top.keys.has(key)) throw new FormatError("ambiguous", "a UBJSON key is there twice", at);
    top.keys.add(key);
  }

  #value(marker: string): void {
    const width = FIXED.get(marker);
    if (width !== undefined) this.#cursor.skip(width);
    else if (marker === "S" || marker === "H") this.#cursor.skip(this.#length(this.#char()));
    else if (marker === "{" || marker === "[") this.#container(marker === "{");
    else
      throw new FormatError(
        "malformed",
        `UBJSON marker ${JSON.stringify(marker)} is unknown`,
        this.#cursor.offset - 1,
      );
  }

  #container(object: boolean): void {
    if (this.#open.length >= MAX_DEPTH)
      throw new FormatError("budget", "UBJSON nests too deep", this.#cursor.offset);
    const next = this.#peek();
    if (next === "$") {
      this.#typedArray(object);
      return;
    }
    let left: number | undefined;
    if (next === "#") {
      this.#cursor.skip(1);
      left = this.#length(this.#char());
    }
    this.#open.push({ object, left, keys: new Set() });
  }

  /** `[$type#count` and the elements without markers. */
  #typedArray(object: boolean): void {
    this.#cursor.skip(1);
    const at = this.#cursor.offset;
    const width = FIXED.get(this.#char());
    if (object || width === undefined || width === 0 || this.#char() !== "#") {
      throw new FormatError("unsupported", "a UBJSON container of one type that is no array of numbers", at);
    }
    this.#cursor.skip(this.#length(this.#char()) * width);
  }

  #length(marker: string): number {
    const at = this.#cursor.offset;
    const width = FIXED.get(marker) ?? 0;
    if (!"iUIlL".includes(marker) || marker === "") {
      throw new FormatError("malformed", "a UBJSON length that is no integer", at);
    }
    const view = viewOf(this.#cursor.bytes(width));
    const value =
      width === 8
        ? Number(view.getBigInt64(0, false))
        : width === 4
          ? view.getInt32(0, false)
          : width === 2
            ? view.getInt16(0, false)
            : marker === "U"
              ? view.getUint8(0)
              : view.getInt8(0);
    if (value < 0 || !Number.isSafeInteger(value))
      throw new FormatError("malformed", "a negative UBJSON length", at);
    return value;
  }

  #char(): string {
    return String.fromCharCode(this.#cursor.u8());
  }

  #peek(): string {
    return this.#cursor.remaining === 0
      ? ""
      : String.fromCharCode(this.#cursor.source.view(this.#cursor.offset, 1)[0] ?? 0);
  }
}
