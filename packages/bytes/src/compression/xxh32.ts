const PRIME1 = 0x9e3779b1;
const PRIME2 = 0x85ebca77;
const PRIME3 = 0xc2b2ae3d;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function round(accumulator: number, lane: number): number {
  return Math.imul(rotate((accumulator + Math.imul(lane, PRIME2)) | 0, 13), PRIME1);
}

/** xxHash-32 with seed 0 (the checksum of lz4 frames), unsigned. */
export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let value = PRIME5 | 0;
  if (bytes.byteLength >= 16) {
    const lanes = [(PRIME1 + PRIME2) | 0, PRIME2 | 0, 0, -PRIME1 | 0] as [number, number, number, number];
    for (; at + 16 <= bytes.byteLength; at += 16) {
      lanes[0] = round(lanes[0], view.getInt32(at, true));
      lanes[1] = round(lanes[1], view.getInt32(at + 4, true));
      lanes[2] = round(lanes[2], view.getInt32(at + 8, true));
      lanes[3] = round(lanes[3], view.getInt32(at + 12, true));
    }
    value = (rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18)) | 0;
  }
  value = (value + bytes.byteLength) | 0;
  for (; at + 4 <= bytes.byteLength; at += 4) {
    value = Math.imul(rotate((value + Math.imul(view.getInt32(at, true), PRIME3)) | 0, 17), PRIME4);
  }
  for (; at < bytes.byteLength; at++) {
    value = Math.imul(rotate((value + Math.imul(view.getUint8(at), PRIME5)) | 0, 11), PRIME1);
  }
  return avalanche(value);
}

function avalanche(start: number): number {
  let value = Math.imul(start ^ (start >>> 15), PRIME2);
  value = Math.imul(value ^ (value >>> 13), PRIME3);
  return (value ^ (value >>> 16)) >>> 0;
}
