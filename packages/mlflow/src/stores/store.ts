import type { Allowance } from "../artifacts/limits.ts";

/** What a store answers when a file is opened. */
export interface Opened {
  /** Where the body begins: the offset that was asked for, or 0 when the store sends all of it again. */
  readonly from: number;
  /** Bytes of the whole file, where the store says so. */
  readonly size: number | undefined;
  /** A strong mark of these bytes, where there is one: the same mark means the same bytes. */
  readonly etag: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives up a body that nobody began to read: its connection would stay open else. */
  cancel(): Promise<void>;
}

/** Where a broken download goes on. */
export interface Resume {
  readonly from: number;
  readonly etag: string;
}

/** A file that a listing names. */
export interface RemoteFile {
  /** Relative to the folder that was listed. */
  readonly path: string;
  readonly size: number | undefined;
  /** As in `Opened`, where the listing says so already. */
  readonly etag: string | undefined;
  /** Names the file among all stores: with `etag` it names bytes. */
  readonly key: string;
  /** @param known the mark of bytes that are here already: `undefined` comes back when the store confirms it */
  open(resume: Resume | undefined, known?: string): Promise<Opened | undefined>;
}

/** A folder of a store. */
export interface Store {
  /**
   * All files below it.
   * @throws {MlflowError} `limit` for names that leave the folder, too many files, too deep folders; `not-found`
   */
  list(allowance: Allowance): Promise<RemoteFile[]>;
  /** The one file that the address itself names, when it is no folder. */
  single(allowance: Allowance): Promise<RemoteFile | undefined>;
}
