// BLAKE3, hash mode, 32 bytes of output: node:crypto has none. Checked against the official vectors in blake3.test.ts.
// Source: https://github.com/BLAKE3-team/BLAKE3-specs/blob/master/blake3.pdf, sections 2.1 to 2.5.

const IV = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
const BLOCK = 64;
const CHUNK = 1024;
const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;
const ROUNDS = 7;

/** Which message words round `r` uses, in the order in which it uses them. */
const SCHEDULE = schedule();

function schedule(): Uint8Array {
  const permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
  const all = new Uint8Array(ROUNDS * 16);
  let row = Array.from({ length: 16 }, (_, i) => i);
  for (let round = 0; round < ROUNDS; round++) {
    all.set(row, round * 16);
    row = permutation.map((from) => row[from] ?? 0);
  }
  return all;
}

const state = new Int32Array(16);

function mix(a: number, b: number, c: number, d: number, x: number, y: number): void {
  const v = state;
  let va = (at(v, a) + at(v, b) + x) | 0;
  let vd = at(v, d) ^ va;
  vd = (vd >>> 16) | (vd << 16);
  let vc = (at(v, c) + vd) | 0;
  let vb = at(v, b) ^ vc;
  vb = (vb >>> 12) | (vb << 20);
  va = (va + vb + y) | 0;
  vd ^= va;
  vd = (vd >>> 8) | (vd << 24);
  vc = (vc + vd) | 0;
  vb ^= vc;
  v[a] = va;
  v[b] = (vb >>> 7) | (vb << 25);
  v[c] = vc;
  v[d] = vd;
}

function at(words: Int32Array | Uint8Array, index: number): number {
  return words[index] ?? 0;
}

/** The compression function: `cv` becomes the first half of its output. */
function compress(cv: Int32Array, words: Int32Array, counter: number, length: number, flags: number): void {
  state.set(cv);
  state.set(IV.subarray(0, 4), 8);
  state[12] = counter | 0;
  state[13] = (counter / 2 ** 32) | 0;
  state[14] = length;
  state[15] = flags;
  for (let round = 0; round < ROUNDS; round++) {
    const word = (i: number) => at(words, at(SCHEDULE, round * 16 + i));
    mix(0, 4, 8, 12, word(0), word(1));
    mix(1, 5, 9, 13, word(2), word(3));
    mix(2, 6, 10, 14, word(4), word(5));
    mix(3, 7, 11, 15, word(6), word(7));
    mix(0, 5, 10, 15, word(8), word(9));
    mix(1, 6, 11, 12, word(10), word(11));
    mix(2, 7, 8, 13, word(12), word(13));
    mix(3, 4, 9, 14, word(14), word(15));
  }
  for (let i = 0; i < 8; i++) cv[i] = at(state, i) ^ at(state, i + 8);
}

/** Computes one digest. Memory stays flat: one chaining value for each level of the tree. */
export class Blake3 {
  readonly #stack: Int32Array[] = [];
  readonly #cv = Int32Array.from(IV);
  readonly #block = new Uint8Array(BLOCK);
  readonly #words = new Int32Array(16);
  #inBlock = 0;
  #blocks = 0;
  #chunks = 0;

  update(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.byteLength; ) {
      // The last block stays open until more comes: only then it is known not to be the last.
      if (this.#inBlock === BLOCK) this.#closeBlock();
      const count = Math.min(BLOCK - this.#inBlock, bytes.byteLength - from);
      this.#block.set(bytes.subarray(from, from + count), this.#inBlock);
      this.#inBlock += count;
      from += count;
    }
  }

  /** @returns 32 bytes. The object is used up. */
  digest(): Uint8Array {
    const end = CHUNK_END | (this.#blocks === 0 ? CHUNK_START : 0);
    if (this.#stack.length === 0) {
      this.#compressBlock(end | ROOT);
      return bytesOf(this.#cv);
    }
    this.#compressBlock(end);
    let right = Int32Array.from(this.#cv);
    for (let left = this.#stack.pop(); left !== undefined; left = this.#stack.pop()) {
      right = parent(left, right, this.#stack.length === 0 ? ROOT : 0);
    }
    return bytesOf(right);
  }

  #closeBlock(): void {
    const last = (this.#blocks + 1) * BLOCK === CHUNK;
    this.#compressBlock((this.#blocks === 0 ? CHUNK_START : 0) | (last ? CHUNK_END : 0));
    this.#blocks++;
    if (last) this.#closeChunk();
  }

  #compressBlock(flags: number): void {
    this.#block.fill(0, this.#inBlock);
    load(this.#block, this.#words);
    compress(this.#cv, this.#words, this.#chunks, this.#inBlock, flags);
    this.#inBlock = 0;
  }

  /** Each trailing zero of the number of chunks so far is a subtree that is complete now. */
  #closeChunk(): void {
    let cv = Int32Array.from(this.#cv);
    this.#chunks++;
    for (let total = this.#chunks; total % 2 === 0; total /= 2) {
      cv = parent(this.#stack.pop() ?? IV, cv, 0);
    }
    this.#stack.push(cv);
    this.#cv.set(IV);
    this.#blocks = 0;
  }
}

function load(block: Uint8Array, words: Int32Array): void {
  for (let i = 0; i < 16; i++) {
    const from = i * 4;
    words[i] =
      at(block, from) |
      (at(block, from + 1) << 8) |
      (at(block, from + 2) << 16) |
      (at(block, from + 3) << 24);
  }
}

function parent(left: Int32Array, right: Int32Array, flags: number): Int32Array<ArrayBuffer> {
  const words = new Int32Array(16);
  words.set(left);
  words.set(right, 8);
  const cv = Int32Array.from(IV);
  compress(cv, words, 0, BLOCK, PARENT | flags);
  return cv;
}

function bytesOf(cv: Int32Array): Uint8Array {
  const bytes = Buffer.alloc(32);
  for (let i = 0; i < 8; i++) bytes.writeInt32LE(at(cv, i), i * 4);
  return bytes;
}
