/**
 * MurmurHash3 (x86, 32 bits) of bytes as a signed number: `sklearn.utils.murmurhash3_32`. Austin Appleby's algorithm, in the
 * public domain.
 */
export function murmurHash3(bytes: Uint8Array, seed = 0): number {
  const length = bytes.length;
  const end = length - (length % 4);
  let h = seed;
  for (let i = 0; i < end; i += 4) {
    const k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    h = rotate(h ^ scramble(k), 13);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = length - 1; i >= end; i--) tail = (tail << 8) | bytes[i]!;
  if (end < length) h ^= scramble(tail);
  return mix(h ^ length);
}

function rotate(v: number, by: number): number {
  return (v << by) | (v >>> (32 - by));
}

function scramble(k: number): number {
  return Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
