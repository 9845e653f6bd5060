import { SigningError } from "../errors.ts";

/** One element of DER: its identifier octet, its content, and all of it. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** Identifier octet of a context-specific, constructed element. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/**
 * Reads the elements of a constructed element in order. Only DER: definite lengths in their shortest form, one-octet
 * identifiers. No recursion: each level is a reader of its own.
 * @see ITU-T X.690, section 10
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  /** The identifier octet of what comes next; undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** @throws {SigningError} `certificate-invalid` when it is not DER, or has another tag than `tag` */
  next(tag?: number): Element {
    const start = this.#at;
    const found = this.#octet();
    if ((found & 0x1f) === 0x1f) malformed("has a long identifier");
    if (tag !== undefined && found !== tag) malformed(`has an element ${found} where ${tag} belongs`);
    const length = this.#length();
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.byteLength) malformed("ends too early");
    return {
      tag: found,
      content: this.#bytes.subarray(from, this.#at),
      whole: this.#bytes.subarray(start, this.#at),
    };
  }

  /** The next element when it has this tag. */
  optional(tag: number): Element | undefined {
    return this.peek() === tag ? this.next(tag) : undefined;
  }

  /** A reader of the next element's content. */
  enter(tag: number): DerReader {
    return new DerReader(this.next(tag).content);
  }

  /** @throws {SigningError} when something is left */
  end(): void {
    if (!this.done) malformed("holds more than it should");
  }

  #octet(): number {
    const octet = this.#bytes[this.#at];
    if (octet === undefined) malformed("ends too early");
    this.#at++;
    return octet;
  }

  #length(): number {
    const first = this.#octet();
    if (first < 0x80) return first;
    const count = first - 0x80;
    if (count < 1 || count > 3) malformed("has a length that is not DER");
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#octet();
    if (length < 0x80 || length < 256 ** (count - 1)) malformed("has a length that is not DER");
    return length;
  }
}

/** @throws {SigningError} `certificate-invalid` */
export function malformed(why: string): never {
  throw new SigningError("certificate-invalid", `a certificate ${why}`);
}

/** An object identifier in dotted form. @throws {SigningError} `certificate-invalid` */
export function oidOf({ content }: Element): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const [index, octet] of content.entries()) {
    if (arc === 0 && octet === 0x80) malformed("has an object identifier that is not DER");
    arc = arc * 128 + (octet & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) malformed("has an object identifier with a huge arc");
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0;
    } else if (index === content.byteLength - 1) malformed("has an object identifier that ends too early");
  }
  const [first = 0, ...more] = arcs;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...more].join(".");
}

/** A small number that is not negative, such as a path length. @throws {SigningError} `certificate-invalid` */
export function smallIntegerOf({ content }: Element): number {
  const [first = 0xff, second] = content;
  const needless = first === 0 && second !== undefined && second < 0x80;
  if (content.byteLength > 3 || first >= 0x80 || needless) malformed("has a number that is not small DER");
  return content.reduce((value, octet) => value * 256 + octet, 0);
}

/** @throws {SigningError} `certificate-invalid` for anything but DER's two booleans */
export function booleanOf({ content }: Element): boolean {
  if (content.byteLength !== 1 || (content[0] !== 0 && content[0] !== 0xff))
    malformed("has a boolean that is not DER");
  return content[0] === 0xff;
}

const UTC = /^([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z$/u;
const GENERALIZED = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z$/u;

/** A time of a validity. @throws {SigningError} `certificate-invalid` */
export function timeOf({ tag, content }: Element): Date {
  const text = Buffer.from(content).toString("latin1");
  const parts = (tag === TAG.utcTime ? UTC : GENERALIZED).exec(text)?.slice(1).map(Number);
  if ((tag !== TAG.utcTime && tag !== TAG.generalizedTime) || parts === undefined) {
    return malformed("has a time that is not DER");
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  // RFC 5280, 4.1.2.5.1: two digits stand for 1950 to 2049.
  const full = tag === TAG.generalizedTime ? year : year + (year < 50 ? 2000 : 1900);
  const time = new Date(Date.UTC(full, month - 1, day, hour, minute, second));
  time.setUTCFullYear(full, month - 1, day);
  const same =
    time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return same ? time : malformed("has an impossible time");
}
