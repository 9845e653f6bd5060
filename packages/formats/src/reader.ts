import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis } from "./analysis.ts";
import type { ReadContext } from "./context.ts";

/** What readers look at to decide whether a source is theirs. */
export interface Probe {
  readonly source: ByteSource;
  /** The first bytes, at most `HEAD_BYTES`. */
  readonly head: Uint8Array;
}

export const HEAD_BYTES = 4096;

export function probeOf(source: ByteSource): Probe {
  return { source, head: source.view(0, Math.min(HEAD_BYTES, source.size)) };
}

/** Analyses a nested source; handed to container readers so that no reader imports the dispatcher. */
export type AnalyzePart = (source: ByteSource, ctx: ReadContext) => Analysis;

/** One format. A new format is one such object in a folder of its own, listed in `readers.ts`. */
export interface FormatReader {
  readonly format: string;
  /** By content alone; must not throw on any bytes. */
  matches(probe: Probe): boolean;
  /** @throws {FormatError|BytesError} when the source cannot be explained */
  read(source: ByteSource, ctx: ReadContext, nested: AnalyzePart): Analysis;
}

/** Whether `head` begins with these bytes (a string stands for its Latin-1 bytes) at `at`. */
export function hasMagic(head: Uint8Array, magic: string, at = 0): boolean {
  if (head.byteLength < at + magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (head[at + i] !== magic.charCodeAt(i)) return false;
  return true;
}
