import type { Machine } from "../machine.ts";
import { readIntText } from "../numerals.ts";
import type { Handler } from "./handler.ts";
import { textLine } from "./payload.ts";

/** Honest picklers number what they memoize; leaving some room for the gaps that `pickletools.optimize` leaves. */
const SMALLEST_MEMO_LIMIT = 2 ** 20;

/** Opcodes that move values, memoize them or steer reading. */
export const STACK: readonly (readonly [name: string, handler: Handler])[] = [
  ["MARK", (m) => m.pushMark()],
  ["POP", pop],
  ["POP_MARK", (m) => void m.popToMark()],
  [
    "DUP",
    (m) => {
      m.allocate();
      m.push(m.top());
    },
  ],
  ["PUT", (m) => put(m, memoText(m))],
  ["BINPUT", (m) => put(m, m.input.u8())],
  ["LONG_BINPUT", (m) => put(m, m.input.u32())],
  ["MEMOIZE", (m) => m.memoPut(m.memoSize, m.top())],
  ["GET", (m) => get(m, memoText(m))],
  ["BINGET", (m) => get(m, m.input.u8())],
  ["LONG_BINGET", (m) => get(m, m.input.u32())],
  ["PROTO", proto],
  ["FRAME", frame],
];

/** POP takes the topmost value, or the mark where one stands on top (Modules/_pickle.c, `load_pop`). */
function pop(m: Machine): void {
  if (m.stack.length > m.fence) m.stack.pop();
  else m.popToMark();
}

function put(m: Machine, index: number): void {
  if (index > Math.max(SMALLEST_MEMO_LIMIT, m.input.source.size)) {
    m.ambiguous(`memo index ${index}: the C unpickler would run out of memory, the Python one would not`);
  }
  m.memoPut(index, m.top());
}

function get(m: Machine, index: number): void {
  m.push(m.memoGet(index));
}

function memoText(m: Machine): number {
  const text = textLine(m);
  const numeral = readIntText(text, m.at);
  if (numeral.ambiguous !== undefined) m.ambiguous(numeral.ambiguous);
  if (numeral.value < 0) m.fail(`a negative memo index (${numeral.value})`);
  // An index beyond 2^53 is no longer exact, but `put` has it refused as too large for the C unpickler.
  return Number(numeral.value);
}

const NEWEST_PROTOCOL = 5;

function proto(m: Machine): void {
  const protocol = m.input.u8();
  if (protocol > NEWEST_PROTOCOL)
    m.fail(`pickle protocol ${protocol} is not known (newest: ${NEWEST_PROTOCOL})`);
  m.protocol = protocol;
}

function frame(m: Machine): void {
  m.frames += 1;
  m.input.openFrame(m.input.u64());
}
