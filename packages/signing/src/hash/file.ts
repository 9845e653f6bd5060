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
  /** Offset after the last byte; undefined: the end of the file. */
  readonly end: number | undefined;
  /** What the file must be; undefined: whatever it is when it is opened. */
  readonly state: FileState | undefined;
}

/** What became of a task. */
export interface HashResult {
  /** Lower-case hexadecimal; undefined: there was more to hash than wanted. */
  readonly digest: string | undefined;
  /** What the file was when it was opened. */
  readonly state: FileState;
}

export interface HashTaskOptions {
  /** Called with the count after each piece, for progress. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** Leave it alone when there is more to hash. */
  readonly most?: number;
}

/**
 * Hashes one file, or one shard of it, without following a link at its end. Whether the file changed meanwhile is for
 * the caller to find, who lists the model again at the end.
 * @throws {SigningError} `model-changed` when it is not the file that was listed, `io` when it cannot be read
 */
export function hashTask(
  task: HashTask,
  algorithm: HashAlgorithm,
  options: HashTaskOptions = {},
): HashResult {
  const fd = openRegular(task);
  try {
    const stat = fstatSync(fd);
    const state = stateOf(stat);
    if (!stat.isFile() || (task.state !== undefined && !sameState(task.state, state)))
      throw changed(task.path);
    const end = task.end ?? state.size;
    if (end - task.start > (options.most ?? Infinity)) return { digest: undefined, state };
    return { digest: digestRange(fd, task, end, algorithm, options.onBytes), state };
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
  { path, start }: HashTask,
  end: number,
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
