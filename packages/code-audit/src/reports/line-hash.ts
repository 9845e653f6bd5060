/** How many characters from the start of a line on its hash is made of. */
const BLOCK = 100;
const FACTOR = 37;
/** 37^100 modulo 2^64, by which what leaves the window is taken out: its upper and lower 32 bits. */
const [FIRST_HIGH, FIRST_LOW] = [
  Number(((37n ** 100n) >> 32n) & 0xffffffffn),
  Number((37n ** 100n) & 0xffffffffn),
];
const HALF = 2 ** 32;
/** What stands for the end of the file. */
const END = 65535;

/**
 * The `primaryLocationLineHash` that GitHub's upload action computes for each line, so that it finds ours equal: a
 * rolling hash (base 37, modulo 2^64) of the 100 characters from the line's start on that are no blanks, line ends as
 * `\n`, with a count behind it for lines of equal hash. Source: github/codeql-action, src/fingerprints.ts, and its
 * tests' values.
 * @param text the file decoded as UTF-8, a byte-order mark kept
 * @returns hash of line n at index n - 1
 */
export function lineHashes(text: string): readonly string[] {
  const hashes: string[] = [];
  const counts = new Map<string, number>();
  const window = new Uint16Array(BLOCK);
  /** Lines whose start is in the window: the index at which, oldest first. */
  const starts: number[] = [];
  // 64 bits as two halves: a BigInt for each character of each file with a finding takes seconds.
  let high = 0;
  let low = 0;
  let index = 0;
  const emit = (): void => {
    if (starts[0] !== index) return;
    starts.shift();
    const hex = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, "0");
    const count = (counts.get(hex) ?? 0) + 1;
    counts.set(hex, count);
    hashes.push(`${hex}:${count}`);
  };
  const push = (code: number): void => {
    const leaving = window[index] ?? 0;
    window[index] = code;
    // Each product is below 2^53, so exact.
    const out = FIRST_LOW * leaving;
    const sum = low * FACTOR + code - (out % HALF);
    const carry = Math.floor(sum / HALF) - Math.floor(out / HALF);
    low = sum - Math.floor(sum / HALF) * HALF;
    high = modulo(high * FACTOR + carry - ((FIRST_HIGH * leaving) % HALF));
    index = (index + 1) % BLOCK;
  };
  let isStart = true;
  for (const code of normalized(text)) {
    emit();
    if (isStart) starts.push(index);
    isStart = code === 10;
    push(code);
  }
  for (let rest = 0; rest < BLOCK; rest++) {
    emit();
    push(0);
  }
  return hashes;
}

function modulo(value: number): number {
  return value - Math.floor(value / HALF) * HALF;
}

function* normalized(text: string): Generator<number> {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // A line feed directly behind a carriage return belongs to it; one behind blanks is a line end of its own.
    if (code === 32 || code === 9 || (code === 10 && text.charCodeAt(at - 1) === 13)) continue;
    yield code === 13 ? 10 : code;
  }
  yield END;
}
