import type { ByteSource } from "@modelkeep/bytes";
import { FormatError, type ReadContext } from "../context.ts";
import { problemOf, type ProblemFact } from "../problem.ts";
import type { CallValue, Graph, Value } from "../value.ts";
import { execute } from "./execute.ts";
import { Machine } from "./machine.ts";
import { PickleReader } from "./pickle-reader.ts";
import { NONE } from "./scalars.ts";

/** A pickle read to its STOP. */
export interface PickleReading {
  readonly graph: Graph;
  /** Offset of the first byte after STOP. */
  readonly end: number;
  readonly protocol: number;
}

/** A pickle read as far as it went: `problem` says why it went no further. `graph.root` is then None. */
export interface PartialReading extends PickleReading {
  readonly problem?: ProblemFact;
}

export interface ReadOptions {
  /**
   * Called after each BUILD on the result of a call. What it returns takes the result's place on the stack; it may
   * move the position. joblib's unpickler reads raw arrays there (`NumpyUnpickler.load_build`).
   */
  readonly afterBuild?: (
    target: CallValue,
    position: { at: number },
    source: ByteSource,
  ) => Value | undefined;
}

/**
 * Runs one pickle symbolically, from `start` to its STOP.
 * @throws {FormatError} where no unpickler would go further, or where unpicklers differ
 */
export function readPickle(
  source: ByteSource,
  start: number,
  ctx: ReadContext,
  options: ReadOptions = {},
): PickleReading {
  const machine = new Machine(ctx.budget);
  const end = run(machine, new PickleReader(source, start), options);
  return { graph: machine.graph(machine.pop()), end, protocol: machine.protocol };
}

/** Like `readPickle`, but keeps what had already been executed when the reading failed: a victim has executed it too. */
export function readPickleSoFar(
  source: ByteSource,
  start: number,
  ctx: ReadContext,
  options: ReadOptions = {},
): PartialReading {
  const machine = new Machine(ctx.budget);
  try {
    const end = run(machine, new PickleReader(source, start), options);
    return { graph: machine.graph(machine.pop()), end, protocol: machine.protocol };
  } catch (error) {
    const problem = problemOf(error, ctx);
    return { graph: machine.graph(NONE), end: machine.at, protocol: machine.protocol, problem };
  }
}

const BUILD = 0x62;

function run(machine: Machine, reader: PickleReader, options: ReadOptions): number {
  const { budget } = machine;
  for (;;) {
    machine.at = reader.pos;
    budget.steps(1, machine.at);
    const op = reader.u8();
    if (execute(op, machine, reader)) return reader.pos;
    if (op === BUILD && options.afterBuild !== undefined) hook(machine, reader, options.afterBuild);
  }
}

function hook(
  machine: Machine,
  reader: PickleReader,
  afterBuild: NonNullable<ReadOptions["afterBuild"]>,
): void {
  const target = machine.top();
  if (target.kind !== "call") return;
  const position = { at: reader.pos };
  const replacement = afterBuild(target, position, reader.source);
  if (replacement === undefined) return;
  if (position.at < reader.pos || position.at > reader.source.size) {
    throw new FormatError("truncated", "a raw array leaves the file", reader.pos);
  }
  reader.pos = position.at;
  machine.pop();
  machine.push(replacement);
}
