/*
 * numpy.random.RandomState of a whole number (numpy/random/src/mt19937/mt19937.c): the Mersenne Twister of Matsumoto and
 * Nishimura, and `randint` as its legacy interface draws it.
 */

const SIZE = 624;
const SHIFT = 397;

/** @param seed 0 … 2**32 - 1 */
export function randomWords(seed: number): () => number {
  const key = new Uint32Array(SIZE);
  let word = seed >>> 0;
  for (let i = 0; i < SIZE; i++) {
    key[i] = word;
    word = (Math.imul(1_812_433_253, word ^ (word >>> 30)) + i + 1) >>> 0;
  }
  let at = SIZE;
  return () => {
    if (at === SIZE) {
      regenerate(key);
      at = 0;
    }
    return temper(key[at++]!);
  };
}

function regenerate(key: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const y = (key[i]! & 0x80_00_00_00) | (key[(i + 1) % SIZE]! & 0x7f_ff_ff_ff);
    key[i] = key[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x99_08_b0_df);
  }
}

function temper(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d_2c_56_80;
  y ^= (y << 15) & 0xef_c6_00_00;
  y ^= y >>> 18;
  return y >>> 0;
}

/**
 * `RandomState(seed).randint(0, high, size)`: words cut to the bits of the largest answer, until one is not above it.
 * @param high 1 … 2**31
 */
export function randomIntegers(seed: number, high: number, size: number): Int32Array {
  const largest = high - 1;
  const out = new Int32Array(size);
  if (largest === 0) return out;
  const next = randomWords(seed);
  const mask = 2 ** (32 - Math.clz32(largest)) - 1;
  for (let i = 0; i < size; i++) {
    let value = next() & mask;
    while (value > largest) value = next() & mask;
    out[i] = value;
  }
  return out;
}
