/** What a cache knows of a remote file. */
export interface KnownFile {
  readonly etag: string;
  readonly sha256: string;
}

/** A download that is kept when the process ends in its middle. Held by one process at a time. */
export interface KeptPart {
  readonly path: string;
  /** Of the bytes that are there already. */
  readonly etag: string | undefined;
  /** Records which version's bytes are being written. */
  mark(etag: string | undefined): Promise<void>;
  /** The bytes are complete, and become the cache's. */
  finish(sha256: string): Promise<void>;
  /** Lets go of it. What cannot be continued is removed. */
  release(): Promise<void>;
}

/** Where bytes are kept by their hash. Its answers are checked by whoever implements it: `take` hashes while it copies. */
export interface FetchCache {
  /** The bytes that a store last sent under a key, and the strong mark that it gave them. */
  find(key: string): Promise<KnownFile | undefined>;
  /** Writes the bytes with this hash to a new file, read-only. @returns their number; undefined when they are not there */
  take(sha256: string, target: string): Promise<number | undefined>;
  /** @returns undefined when another process downloads the same file */
  part(key: string): Promise<KeptPart | undefined>;
  /** Keeps a file's bytes, and what the store called them. */
  keep(path: string, sha256: string): Promise<void>;
  remember(key: string, known: KnownFile): Promise<void>;
}
