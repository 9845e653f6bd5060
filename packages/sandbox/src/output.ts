const TAIL_BYTES = 8 * 1024;

/** Keeps the end of what a worker writes and counts the rest. */
export class OutputTail {
  readonly #limit: number;
  readonly #onFlood: () => void;
  #total = 0;
  #kept: Buffer = Buffer.alloc(0);

  constructor(limit: number, onFlood: () => void) {
    this.#limit = limit;
    this.#onFlood = onFlood;
  }

  push(piece: Buffer): void {
    this.#total += piece.byteLength;
    this.#kept = Buffer.concat([this.#kept, piece.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    if (this.#total > this.#limit) this.#onFlood();
  }

  /** The end of the output; control characters but line breaks are escaped. */
  tail(): string {
    return shownText(this.#kept.toString("utf8"), TAIL_BYTES).trim();
  }
}

/** A text of a worker, cut, for messages and terminals: control characters but line breaks are escaped. */
export function shownText(text: string, most: number): string {
  return text
    .slice(0, most)
    .replaceAll(
      /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
      (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16)}`,
    );
}
