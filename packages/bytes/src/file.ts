import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { BytesError } from "./errors.ts";
import { checkRange, type ByteSource } from "./source.ts";

/** Small reads are answered from a window of this size, aligned to it: parsing a header costs one system call. */
const WINDOW_BYTES = 32 * 1024;

export interface OpenFileOptions {
  /** Follow a symbolic link at the end of the path (default false: what was checked is what is read). */
  readonly followSymlinks?: boolean;
}

/**
 * Opens a regular file for random access. The file is identified by its descriptor from here on: replacing the
 * path later changes nothing. A file that shrinks while it is read yields `io`, never short data.
 *
 * @throws {BytesError} `unsupported` for anything but a regular file, `io` when it cannot be opened or read
 */
export function openFileSource(path: string, options: OpenFileOptions = {}): ByteSource {
  const descriptor = openRegular(path, options.followSymlinks === true);
  return new FileSource(path, descriptor.fd, descriptor.size);
}

function openRegular(path: string, follow: boolean): { fd: number; size: number } {
  // O_NONBLOCK: opening a FIFO must not wait for a writer; it has no effect on regular files.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW);
  let fd: number;
  try {
    fd = openSync(path, flags);
  } catch (cause) {
    throw openFailure(path, cause);
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, size: stat.size };
  closeSync(fd);
  throw new BytesError("unsupported", `${path} is not a regular file: only regular files are read`, {
    source: path,
  });
}

function openFailure(path: string, cause: unknown): BytesError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ELOOP") {
    return new BytesError("unsupported", `${path} is a symbolic link: name the file itself`, {
      source: path,
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BytesError("io", `cannot open ${path}: ${reason}`, { source: path, cause });
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #fd: number;
  #closed = false;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;

  constructor(name: string, fd: number, size: number) {
    this.name = name;
    this.#fd = fd;
    this.size = size;
  }

  view(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    if (length === 0) return new Uint8Array(0);
    const inWindow = offset - this.#windowStart;
    if (inWindow >= 0 && inWindow + length <= this.#window.byteLength) {
      return this.#window.subarray(inWindow, inWindow + length);
    }
    if (length > WINDOW_BYTES / 2) return this.#read(offset, length);
    return this.#viewThroughWindow(offset, length);
  }

  readInto(offset: number, target: Uint8Array): void {
    checkRange(this, offset, target.byteLength);
    this.#fill(target, offset);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  #viewThroughWindow(offset: number, length: number): Uint8Array {
    const aligned = offset - (offset % (WINDOW_BYTES / 2));
    // A fresh buffer each time: views handed out earlier stay valid, as `ByteSource` promises.
    this.#window = this.#read(aligned, Math.min(WINDOW_BYTES, this.size - aligned));
    this.#windowStart = aligned;
    return this.#window.subarray(offset - aligned, offset - aligned + length);
  }

  #read(offset: number, length: number): Uint8Array {
    const bytes = allocate(this.name, length);
    this.#fill(bytes, offset);
    return bytes;
  }

  #fill(bytes: Uint8Array, offset: number): void {
    if (this.#closed) throw new BytesError("io", `${this.name} was closed`, { source: this.name, offset });
    let done = 0;
    while (done < bytes.byteLength) {
      const count = this.#pread(bytes, done, offset + done);
      if (count === 0) {
        throw new BytesError("io", `${this.name} became shorter while it was read`, {
          source: this.name,
          offset: offset + done,
        });
      }
      done += count;
    }
  }

  #pread(bytes: Uint8Array, done: number, offset: number): number {
    try {
      // The kernel moves at most 2^31-4096 bytes at once.
      return readSync(this.#fd, bytes, done, Math.min(bytes.byteLength - done, 2 ** 30), offset);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new BytesError("io", `cannot read ${this.name}: ${reason}`, { source: this.name, offset, cause });
    }
  }
}

function allocate(name: string, length: number): Uint8Array {
  try {
    return Buffer.allocUnsafeSlow(length);
  } catch (cause) {
    throw new BytesError("limit", `${length} bytes of ${name} do not fit into memory`, {
      source: name,
      cause,
    });
  }
}
