import { type ByteSource, viewOf } from "@modelkeep/bytes";
import type { Analysis, Fact, Part } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import { readPickleSoFar } from "../pickle/read.ts";
import { problem, problemOf } from "../problem.ts";
import type { FormatReader } from "../reader.ts";
import type { Graph, Value } from "../value.ts";
import { storagesOf } from "./storage.ts";

/** The first pickle of a file that `torch.save` wrote before 1.6 is this number (torch/serialization.py). */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const MAGIC_BYTES = Buffer.from([
  0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
]);
/** Where the number can stand: behind PROTO, and FRAME since protocol 4. */
const MAGIC_WINDOW = 32;
const PROTOCOL_VERSION = 1001;

/**
 * What `torch.save` wrote before 1.6: five pickles (magic number, protocol, system, object, storage keys), then
 * each storage as a count of elements (8 bytes) and raw data.
 */
export const torchLegacyReader: FormatReader = {
  format: "torch-legacy",
  matches: ({ head }) =>
    head[0] === 0x80 && Buffer.from(head.subarray(0, MAGIC_WINDOW)).includes(MAGIC_BYTES),
  read(source, ctx) {
    const pickles = new PickleSequence(source, ctx);
    try {
      return readFile(source, ctx, pickles);
    } catch (error) {
      // What the pickles before the fault call has been called by then.
      return {
        format: "torch-legacy",
        parts: [],
        explained: 0,
        facts: [...pickles.facts, problemOf(error, ctx)],
      };
    }
  },
};

function readFile(source: ByteSource, ctx: ReadContext, pickles: PickleSequence): Analysis {
  const magic = pickles.next();
  if (magic.root.kind !== "int" || magic.root.value !== MAGIC) {
    throw new FormatError("malformed", "no magic number where torch wants it", 0);
  }
  const protocol = pickles.next();
  if (protocol.root.kind !== "int" || protocol.root.value !== PROTOCOL_VERSION) {
    throw new FormatError("unsupported", "a protocol of torch's old format that is not 1001", pickles.end);
  }
  pickles.next();
  const object = pickles.next();
  const keys = keysOf(pickles.next().root, pickles.end);
  const parts = [...pickles.parts, ...readStorages(source, pickles.end, object, keys)];
  const last = parts.at(-1);
  const explained = last === undefined ? 0 : last.offset + last.length;
  const facts: Fact[] = [...pickles.facts];
  if (explained < source.size) {
    facts.push(
      problem(ctx, "leftover", `${source.size - explained} bytes follow the last storage`, explained),
    );
  }
  return { format: "torch-legacy", parts, explained, facts, root: object.root };
}

class PickleSequence {
  readonly parts: Part[] = [];
  readonly facts: Fact[] = [];
  readonly #source: ByteSource;
  readonly #ctx: ReadContext;
  end = 0;

  constructor(source: ByteSource, ctx: ReadContext) {
    this.#source = source;
    this.#ctx = ctx;
  }

  /**
   * Reads the next pickle. Its calls are facts whatever it is: torch unpickles all five in the same way.
   * @throws {FormatError} when the pickle does not reach its end
   */
  next(): Graph {
    const start = this.end;
    const read = readPickleSoFar(this.#source, start, this.#ctx);
    this.facts.push({
      kind: "graph",
      syntax: "torch",
      graph: read.graph,
      at: { part: this.#ctx.part, offset: start },
    });
    if (read.problem !== undefined) {
      throw new FormatError(read.problem.code, read.problem.message, read.problem.at.offset);
    }
    this.end = read.end;
    this.parts.push({ what: "pickle", offset: start, length: read.end - start });
    return read.graph;
  }
}

function keysOf(value: Value, offset: number): string[] {
  if (value.kind !== "list") throw new FormatError("malformed", "torch's storage keys are no list", offset);
  return value.items.map((item) => {
    if (item.kind !== "str") throw new FormatError("malformed", "a storage key that is no text", offset);
    return item.value;
  });
}

function readStorages(source: ByteSource, start: number, object: Graph, keys: readonly string[]): Part[] {
  const storages = storagesOf(object.persistent);
  const parts: Part[] = [];
  const seen = new Set<string>();
  let at = start;
  for (const key of keys) {
    const storage = storages.get(key);
    if (storage === undefined || seen.has(key)) {
      throw new FormatError(
        "malformed",
        `storage ${JSON.stringify(key)} is not what the object refers to`,
        at,
      );
    }
    seen.add(key);
    const elements = viewOf(source.view(at, 8)).getBigInt64(0, true);
    if (elements !== BigInt(storage.elements)) {
      throw new FormatError("ambiguous", `storage ${JSON.stringify(key)} has two sizes`, at);
    }
    if (at + 8 + storage.bytes > source.size) throw new FormatError("truncated", "a storage is cut off", at);
    parts.push({ what: "raw-storage", offset: at, length: 8 + storage.bytes });
    at += 8 + storage.bytes;
  }
  if (seen.size !== storages.size) throw new FormatError("malformed", "a storage is missing", at);
  return parts;
}
