/*
 * A WebAssembly assembler of the few instructions that the kernels use: byte codes as in the core specification,
 * chapter 5 (https://webassembly.github.io/spec/core/binary/). Code is a flat list of bytes; operands come before
 * their instruction, so that `add(get(0), i32(8))` reads like the text format's folded form.
 */

export type Code = readonly number[];

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
type ValueType = typeof I32 | typeof F64 | typeof V128;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const plain =
  (...opcode: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...opcode];

const access =
  (align: number, ...opcode: number[]) =>
  (offset: number, ...operands: Code[]): Code => [...operands.flat(), ...opcode, align, ...unsigned(offset)];

/** Instructions with a SIMD prefix have their number in LEB128. */
const simd = (number: number): [number, ...number[]] => [0xfd, ...unsigned(number)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];

export const add = plain(0x6a);
export const sub = plain(0x6b);
export const mul = plain(0x6c);
export const and = plain(0x71);
export const or = plain(0x72);
export const shl = plain(0x74);
export const shrU = plain(0x76);
export const eqz = plain(0x45);
export const ne = plain(0x47);
export const ltU = plain(0x49);
export const gtF32 = plain(0x5e);
export const neF32 = plain(0x5c);
export const gtF64 = plain(0x64);
export const neF64 = plain(0x62);
export const addF64 = plain(0xa0);
export const mulF64 = plain(0xa2);

export const loadI32 = access(2, 0x28);
export const loadF32 = access(2, 0x2a);
export const loadF64 = access(3, 0x2b);
export const storeI32 = access(2, 0x36);
export const storeF64 = access(3, 0x39);
export const loadV128 = access(3, ...simd(0x00));
/** Both lanes the same float64 of memory. */
export const loadSplat64 = access(3, ...simd(0x0a));
export const storeV128 = access(3, ...simd(0x0b));
export const splatF64 = plain(...simd(0x14));
export const addF64x2 = plain(...simd(0xf0));
export const subF64x2 = plain(...simd(0xf1));
export const mulF64x2 = plain(...simd(0xf2));
export const laneF64 = (lane: 0 | 1, value: Code): Code => [...value, ...simd(0x21), lane];
/** `a * b + c`, rounded once or twice as the processor does it best. */
export const maddF64x2 = plain(...simd(0x107));

/** Runs `body` until it ends without `again` being true. */
export const loopWhile = (body: Code, again: Code): Code => [0x03, 0x40, ...body, ...again, 0x0d, 0x00, 0x0b];
/** Runs `body` as long as `condition` holds, which is asked first. */
export const whileDo = (condition: Code, body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...eqz(condition),
  ...[0x0d, 0x01],
  ...body,
  ...[0x0c, 0x00, 0x0b, 0x0b],
];
export const when = (condition: Code, body: Code): Code => [...condition, 0x04, 0x40, ...body, 0x0b];

/** A function of i32 parameters that answers nothing; locals are numbered behind the parameters. */
export interface Kernel {
  readonly name: string;
  readonly params: number;
  readonly locals: readonly (readonly [count: number, type: ValueType])[];
  readonly body: Code;
}

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes];
const section = (id: number, bytes: Code): Code => [id, ...sized(bytes)];
const text = (value: string): Code => sized([...new TextEncoder().encode(value)]);

/** A module of kernels over one imported memory (`env.memory`). */
export function assemble(kernels: readonly Kernel[]): Uint8Array<ArrayBuffer> {
  const types = kernels.map(
    ({ params }): Code => [0x60, ...list(Array.from({ length: params }, () => [I32])), 0],
  );
  const bodies = kernels.map(
    ({ locals, body }): Code =>
      sized([...list(locals.map(([count, type]): Code => [...unsigned(count), type])), ...body, 0x0b]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([[...text("env"), ...text("memory"), 0x02, 0x00, 0x01]])),
    ...section(3, list(kernels.map((_, i) => unsigned(i)))),
    ...section(7, list(kernels.map(({ name }, i): Code => [...text(name), 0x00, ...unsigned(i)]))),
    ...section(10, list(bodies)),
  ]);
}
