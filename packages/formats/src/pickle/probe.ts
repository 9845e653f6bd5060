import type { ByteSource } from "@modelkeep/bytes";
import { Budget, FormatError } from "../context.ts";
import { execute } from "./execute.ts";
import { Machine } from "./machine.ts";
import { PickleReader } from "./pickle-reader.ts";

/** Honest text fails within a few opcodes; a hostile one that spins longer is taken for a pickle. */
const PROBE_STEPS = 100_000;

/** Whether an unpickler started on these bytes would import, call, change something or reach STOP. */
export function looksLikePickle(source: ByteSource): boolean {
  const machine = new Machine(new Budget({ maxSteps: PROBE_STEPS }));
  const reader = new PickleReader(source, 0);
  try {
    for (;;) {
      machine.at = reader.pos;
      machine.budget.steps(1, machine.at);
      if (execute(reader.u8(), machine, reader)) return machine.stack.length > 0;
      if (machine.globals.length > 0 || machine.effects.length > 0 || machine.calls.length > 0) return true;
    }
  } catch (error) {
    if (error instanceof FormatError) return error.code === "ambiguous" || error.code === "budget";
    throw error;
  }
}
