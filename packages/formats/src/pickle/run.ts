import { FormatError } from "../context.ts";
import type { Value } from "../value.ts";
import type { Machine } from "./machine.ts";
import { OPCODES, STOP } from "./opcodes.ts";
import { CALLS } from "./ops/calls.ts";
import { CONTAINERS } from "./ops/containers.ts";
import { GLOBALS } from "./ops/globals.ts";
import type { Handler } from "./ops/handler.ts";
import { SCALARS } from "./ops/scalars.ts";
import { STACK } from "./ops/stack.ts";

const STEPS_PER_BILL = 1024;

/** By opcode byte. */
const HANDLERS: readonly Handler[] = handlerTable();

function handlerTable(): Handler[] {
  const byName = new Map([...SCALARS, ...STACK, ...CONTAINERS, ...GLOBALS, ...CALLS]);
  const table: Handler[] = Array.from({ length: 256 }, () => unknownOpcode);
  for (const { code, name } of OPCODES) table[code] = byName.get(name) ?? unknownOpcode;
  return table;
}

function unknownOpcode(m: Machine): never {
  throw new FormatError("malformed", "not an opcode of any pickle protocol", m.at);
}

/** Whether every opcode of the table is executed; STOP is the loop's own. */
export function unhandledOpcodes(): string[] {
  return OPCODES.filter(({ code }) => code !== STOP && HANDLERS[code] === unknownOpcode).map(
    ({ name }) => name,
  );
}

/**
 * Executes up to and with STOP.
 * @returns what the pickle is
 * @throws {FormatError} where CPython would raise whichever unpickler reads, or a budget ran out
 */
export function run(m: Machine): Value {
  const { input } = m;
  const { budget } = m.ctx;
  for (let unbilled = 1; ; unbilled++) {
    m.at = input.position;
    const code = input.u8();
    if (code === STOP) {
      budget.steps(unbilled, m.at);
      return m.pop();
    }
    HANDLERS[code]?.(m);
    if (unbilled === STEPS_PER_BILL) {
      budget.steps(unbilled, m.at);
      unbilled = 0;
    }
  }
}
