import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { SigningError } from "../errors.ts";
import type { HashAlgorithm } from "../manifest/manifest.ts";
import { shown } from "../manifest/names.ts";
import { hasherFor } from "./hasher.ts";

/** Large enough that a gigabyte costs few calls, small enough that what was read is still in the cache when hashed. */
const CHUNK_BYTES = 256 * 2 ** 10;

/** What a file was when it was hashed; any difference later means that it changed. */
export interface FileState {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** A file to hash, or a part of one. */
export interface HashTask {
  /** For messages. */
  readonly path: string;
  /** What to open. */
  readonly real: string;
  readonly start: number;
  /** Offset after the last byte. */
  readonly end: number;
  /** What the file was when the model was listed. */
  readonly state: FileState;
}

/**
 * Hashes one file, or one shard of it, without following a link at its end.
 * @param onBytes called with the count after each piece, for progress
 * @returns lower-case hexadecimal
 * @throws {SigningError} `model-changed` when it is not the file that was listed, or changed since, `io` when it
 *   cannot be read
 */
export function hashTask(
  task: HashTask,
  algorithm: HashAlgorithm,
  onBytes?: (count: number) => void,
): string {
  const fd = openRegular(task);
  try {
    const digest = digestRange(fd, task, algorithm, onBytes);
    if (!sameState(task.state, fstatSync(fd))) throw changed(task.path);
    return digest;
  } catch (cause) {
    if (cause instanceof SigningError) throw cause;
    throw unreadable(task.path, cause);
  } finally {
    closeSync(fd);
  }
}

function openRegular(task: HashTask): number {
  try {
    // O_NONBLOCK: opening a FIFO must not wait for a writer; it has no effect on regular files.
    return openSync(task.real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ELOOP" || code === "ENOENT") throw changed(task.path);
    throw unreadable(task.path, cause);
  }
}

let buffer: Buffer | undefined;

function digestRange(
  fd: number,
  { path, start, end }: HashTask,
  algorithm: HashAlgorithm,
  onBytes: ((count: number) => void) | undefined,
): string {
  buffer ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const hasher = hasherFor(algorithm);
  for (let at = start; at < end; ) {
    const count = readSync(fd, buffer, 0, Math.min(CHUNK_BYTES, end - at), at);
    if (count === 0) throw changed(path);
    const piece = buffer.subarray(0, count);
    at += count;
    onBytes?.(count);
    if (start + count === end) return hasher.once(piece);
    hasher.update(piece);
  }
  return hasher.digest();
}

export function stateOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): FileState {
  return { dev, ino, size, mtimeMs, ctimeMs };
}

export function sameState(a: FileState, b: FileState): boolean {
  return (
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs
  );
}

export function changed(path: string): SigningError {
  return new SigningError("model-changed", `${shown(path)} changed while it was read`);
}

function unreadable(path: string, cause: unknown): SigningError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SigningError("io", `cannot read ${shown(path)}: ${reason}`, { cause });
}
