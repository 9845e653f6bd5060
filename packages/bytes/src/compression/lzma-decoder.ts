import { BytesError } from "../errors.ts";
import type { ExpansionSink } from "./expansion.ts";

/**
 * The LZMA decoder proper, as the LZMA specification (Igor Pavlov, `lzma-specification.txt`) gives it. State
 * survives from call to call, because LZMA2 cuts one stream into chunks.
 */

const PROB_INIT = 1024;
const TOP = 2 ** 24;
const STATES = 12;
/** Distances of this value mark the end of the stream. */
const END_MARKER = 0xffffffff;

/** Offsets into one array of probabilities: one typed array stays in the processor's cache. */
const IS_MATCH = 0;
const IS_REP = IS_MATCH + STATES * 16;
const IS_REP_G0 = IS_REP + STATES;
const IS_REP_G1 = IS_REP_G0 + STATES;
const IS_REP_G2 = IS_REP_G1 + STATES;
const IS_REP0_LONG = IS_REP_G2 + STATES;
const POS_SLOT = IS_REP0_LONG + STATES * 16;
const POS_SPECIAL = POS_SLOT + 4 * 64;
const ALIGN = POS_SPECIAL + 128;
const LENGTH = ALIGN + 16;
/** choice, choice2, 16 × low(8), 16 × mid(8), high(256) */
const LENGTH_SIZE = 2 + 16 * 8 + 16 * 8 + 256;
const REP_LENGTH = LENGTH + LENGTH_SIZE;
const LITERAL = REP_LENGTH + LENGTH_SIZE;

export interface LzmaProperties {
  /** literal context bits (0–8), literal position bits (0–4), position bits (0–4) */
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
}

/** @throws {BytesError} `malformed` for an impossible byte */
export function lzmaProperties(byte: number): LzmaProperties {
  if (byte >= 9 * 5 * 5) throw new BytesError("malformed", `impossible LZMA properties ${byte}`);
  return { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) };
}

export class LzmaDecoder {
  readonly #sink: ExpansionSink;
  readonly #dictionarySize: number;
  /** Where in the output the dictionary began: distances must not reach further back. */
  #dictionaryStart: number;
  #lc = 0;
  #lpMask = 0;
  #pbMask = 0;
  #probs: Uint16Array = new Uint16Array(0);
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;

  /** The range decoder reads `#input` from `#at` to `#end`. */
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #range = 0;
  #code = 0;

  constructor(sink: ExpansionSink, dictionarySize: number) {
    this.#sink = sink;
    this.#dictionarySize = dictionarySize;
    this.#dictionaryStart = sink.length;
  }

  setProperties(properties: LzmaProperties): void {
    this.#lc = properties.lc;
    this.#lpMask = (1 << properties.lp) - 1;
    this.#pbMask = (1 << properties.pb) - 1;
    this.#probs = new Uint16Array(LITERAL + (0x300 << (properties.lc + properties.lp)));
    this.resetState();
  }

  resetState(): void {
    this.#probs.fill(PROB_INIT);
    this.#state = 0;
    this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0;
  }

  resetDictionary(): void {
    this.#dictionaryStart = this.#sink.length;
  }

  /**
   * Decodes one range-coded run of `input[start, end)` into the sink: `size` bytes, or up to the end marker when
   * `size` is undefined. With a size, an end marker directly after it is accepted, as liblzma does.
   * @returns the offset behind the last byte used
   */
  run(
    input: Uint8Array,
    start: number,
    end: number,
    size: number | undefined,
    markerAllowed: boolean,
  ): number {
    this.#openRange(input, start, end);
    const target = size === undefined ? Number.POSITIVE_INFINITY : this.#sink.length + size;
    while (this.#sink.length < target) {
      if (!this.#symbol(target)) {
        if (size !== undefined) throw this.#damaged("end marker before the announced size");
        return this.#finish();
      }
    }
    this.#normalize();
    if (this.#code !== 0 && markerAllowed && this.#symbol(target)) {
      throw this.#damaged("data goes on behind the announced size");
    }
    return this.#finish();
  }

  #openRange(input: Uint8Array, start: number, end: number): void {
    this.#input = input;
    this.#at = start;
    this.#end = end;
    this.#range = 0xffffffff;
    this.#code = 0;
    if (this.#next() !== 0) throw this.#damaged("the range coder does not begin with zero");
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  #finish(): number {
    this.#normalize();
    if (this.#code !== 0) throw this.#damaged("the range coder does not end at zero");
    return this.#at;
  }

  #next(): number {
    if (this.#at >= this.#end)
      throw new BytesError("truncated", "LZMA data ends too soon", { offset: this.#at });
    return this.#input[this.#at++] ?? 0;
  }

  #normalize(): void {
    if (this.#range < TOP) {
      this.#range = (this.#range << 8) >>> 0;
      this.#code = ((this.#code << 8) | this.#next()) >>> 0;
    }
  }

  #bit(index: number): number {
    this.#normalize();
    const probability = this.#probs[index] ?? 0;
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      this.#probs[index] = probability + ((2048 - probability) >> 5);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    this.#probs[index] = probability - (probability >> 5);
    return 1;
  }

  #directBits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#normalize();
      this.#range >>>= 1;
      const one = this.#code >= this.#range;
      if (one) this.#code -= this.#range;
      value = (value << 1) | (one ? 1 : 0);
    }
    return value >>> 0;
  }

  #tree(base: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.#bit(base + node);
    return node - (1 << bits);
  }

  #reverseTree(base: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.#bit(base + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** One literal or match. @returns false at the end marker */
  #symbol(target: number): boolean {
    const position = (this.#sink.length - this.#dictionaryStart) & this.#pbMask;
    const slot = (this.#state << 4) + position;
    if (this.#bit(IS_MATCH + slot) === 0) {
      this.#literal();
      return true;
    }
    const length =
      this.#bit(IS_REP + this.#state) === 0 ? this.#match(position) : this.#repeat(position, slot);
    if (length === 0) return false;
    if (this.#sink.length + length > target) throw this.#damaged("a match runs over the announced size");
    this.#copy(length);
    return true;
  }

  #literal(): void {
    const sink = this.#sink;
    const written = sink.length - this.#dictionaryStart;
    const previous = written === 0 ? 0 : (sink.buffer[sink.length - 1] ?? 0);
    const context = ((written & this.#lpMask) << this.#lc) + (previous >> (8 - this.#lc));
    const base = LITERAL + 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7) symbol = this.#matchedLiteral(base);
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(base + symbol);
    sink.push(symbol & 0xff);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  #matchedLiteral(base: number): number {
    this.#checkDistance();
    let match = this.#sink.buffer[this.#sink.length - this.#rep0 - 1] ?? 0;
    let symbol = 1;
    while (symbol < 0x100) {
      const matchBit = (match >> 7) & 1;
      match = (match << 1) & 0xff;
      const bit = this.#bit(base + ((1 + matchBit) << 8) + symbol);
      symbol = (symbol << 1) | bit;
      if (matchBit !== bit) break;
    }
    return symbol;
  }

  /** A match with a new distance. @returns its length, 0 for the end marker */
  #match(position: number): number {
    this.#rep3 = this.#rep2;
    this.#rep2 = this.#rep1;
    this.#rep1 = this.#rep0;
    const length = this.#length(LENGTH, position);
    this.#state = this.#state < 7 ? 7 : 10;
    this.#rep0 = this.#distance(length);
    return this.#rep0 === END_MARKER ? 0 : length + 2;
  }

  /** A match with one of the last four distances. */
  #repeat(position: number, slot: number): number {
    if (this.#bit(IS_REP_G0 + this.#state) === 0) {
      if (this.#bit(IS_REP0_LONG + slot) === 0) {
        this.#state = this.#state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      this.#rotateDistances();
    }
    const length = this.#length(REP_LENGTH, position);
    this.#state = this.#state < 7 ? 8 : 11;
    return length + 2;
  }

  #rotateDistances(): void {
    let distance = this.#rep1;
    if (this.#bit(IS_REP_G1 + this.#state) !== 0) {
      distance = this.#rep2;
      if (this.#bit(IS_REP_G2 + this.#state) !== 0) {
        distance = this.#rep3;
        this.#rep3 = this.#rep2;
      }
      this.#rep2 = this.#rep1;
    }
    this.#rep1 = this.#rep0;
    this.#rep0 = distance;
  }

  #length(base: number, position: number): number {
    if (this.#bit(base) === 0) return this.#tree(base + 2 + position * 8, 3);
    if (this.#bit(base + 1) === 0) return 8 + this.#tree(base + 2 + 128 + position * 8, 3);
    return 16 + this.#tree(base + 2 + 256, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(POS_SLOT + Math.min(length, 3) * 64, 6);
    if (slot < 4) return slot;
    const directBits = (slot >> 1) - 1;
    const start = ((2 | (slot & 1)) << directBits) >>> 0;
    if (slot < 14) return start + this.#reverseTree(POS_SPECIAL + start - slot, directBits);
    const high = this.#directBits(directBits - 4) * 16;
    return start + high + this.#reverseTree(ALIGN, 4);
  }

  #copy(length: number): void {
    this.#checkDistance();
    this.#sink.copyBack(this.#rep0 + 1, length);
  }

  #checkDistance(): void {
    const available = this.#sink.length - this.#dictionaryStart;
    if (this.#rep0 >= available || this.#rep0 >= this.#dictionarySize) {
      throw this.#damaged("a match reaches behind the dictionary");
    }
  }

  #damaged(what: string): BytesError {
    return new BytesError("malformed", `LZMA data is damaged: ${what}`, { offset: this.#at });
  }
}
