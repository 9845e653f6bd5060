import type { ByteSource } from "@modelkeep/bytes";
import { Budget, type ReadContext } from "../context.ts";
import { tryReadPickle } from "./read.ts";

/** Text that begins with letters which are opcodes ends within a few of them; who needs more is read in full. */
const PROBE_STEPS = 20_000;
const PROBE_GRAPH_BYTES = 64 * 2 ** 20;

/**
 * Whether CPython would begin to execute these bytes as a pickle: whether they import, call or end in a STOP before
 * they stop making sense, or go on making sense for longer than a probe should look.
 *
 * @throws {BytesError} `io` when the disk fails
 */
export function looksLikePickle(source: ByteSource): boolean {
  if (source.size === 0) return false;
  const limits = { maxSteps: PROBE_STEPS, maxGraphBytes: PROBE_GRAPH_BYTES };
  const ctx: ReadContext = { budget: new Budget(limits), part: "", depth: 0 };
  const { root, graph, issues } = tryReadPickle(source, 0, ctx);
  const acts = graph.calls.length + graph.globals.length + graph.effects.length > 0;
  return root !== undefined || acts || issues.some((issue) => issue.code === "budget");
}
