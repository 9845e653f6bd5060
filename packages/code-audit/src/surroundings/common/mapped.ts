/** A piece of text, and where its first character lies in the file. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

/**
 * A text that was put together from pieces of a file (a YAML block without its indentation, an instruction without its
 * line continuations), which still knows where each of its characters lies in that file.
 */
export class Mapped {
  readonly text: string;
  readonly #starts: number[] = [];
  readonly #targets: number[] = [];

  constructor(pieces: readonly Piece[]) {
    let length = 0;
    for (const piece of pieces) {
      this.#starts.push(length);
      this.#targets.push(piece.at);
      length += piece.text.length;
    }
    this.text = pieces.map((piece) => piece.text).join("");
  }

  /** A text that lies in the file as it is. */
  static whole(text: string, at = 0): Mapped {
    return new Mapped([{ text, at }]);
  }

  /** @param offset within this text @returns the offset within the file */
  at(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return (this.#targets[low] ?? 0) + Math.max(0, offset - (this.#starts[low] ?? 0));
  }

  /** Start and exclusive end in the file; an end is behind the last character, not before the next piece. */
  range(start: number, end: number): readonly [number, number] {
    const from = this.at(start);
    return [from, end > start ? Math.max(from, this.at(end - 1) + 1) : from];
  }

  /** The part from `start` to `end` (exclusive), mapped as before. */
  slice(start: number, end: number): Mapped {
    const pieces: Piece[] = [];
    for (const [index, from] of this.#starts.entries()) {
      const until = this.#starts[index + 1] ?? this.text.length;
      if (until <= start || from >= end) continue;
      const first = Math.max(from, start);
      const text = this.text.slice(first, Math.min(until, end));
      pieces.push({ text, at: (this.#targets[index] ?? 0) + first - from });
    }
    return new Mapped(pieces);
  }
}
