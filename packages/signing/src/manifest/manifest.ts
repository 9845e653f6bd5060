/** Hash algorithms under the names that the reference tool writes. */
export const HASH_ALGORITHMS = ["sha256", "blake2b", "blake3"] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** Length of each algorithm's digest, in bytes. */
export const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, blake2b: 64, blake3: 32 };

/** One hashed thing of a model: a file, or the bytes `start` to `end` (exclusive) of one. */
export interface Resource {
  /** Relative to the model's folder, `/` between parts; `.` when the model is a single file. */
  readonly path: string;
  readonly algorithm: HashAlgorithm;
  /** Lower-case hexadecimal. */
  readonly digest: string;
  /** Only when the model is hashed by shards. */
  readonly shard?: Shard;
}

export interface Shard {
  /** Offset of the first byte. */
  readonly start: number;
  /** Offset after the last byte. */
  readonly end: number;
}

/** How files become resources. */
export type Serialization = FileSerialization | ShardSerialization | TreeSerialization;

interface SerializationBase {
  /** Whether the signer followed symbolic links. A statement about the signing, never a permission for the verifier. */
  readonly allowSymlinks: boolean;
  /** What the signer left out, relative to the model's folder. A statement, never a permission. */
  readonly ignorePaths: readonly string[];
}

/** One digest for each file. */
export interface FileSerialization extends SerializationBase {
  readonly method: "files";
  readonly hashType: HashAlgorithm;
}

/** One digest for every `shardSize` bytes of each file; empty files have none. */
export interface ShardSerialization extends SerializationBase {
  readonly method: "shards";
  readonly hashType: HashAlgorithm;
  readonly shardSize: number;
}

/** One digest over the whole tree: `Digest/v0.1` of 0.1 and 0.2. The resource's path is `.`. */
export interface TreeSerialization extends SerializationBase {
  readonly method: "tree";
  /** Of the directories. That of the files is not recorded. */
  readonly hashType: HashAlgorithm;
}

/** What was signed, or what is in the folder: a list of digests. */
export interface Manifest {
  /** Name of the folder or file when it was signed; empty for versions before 0.3, which did not record it. */
  readonly modelName: string;
  readonly serialization: Serialization;
  readonly resources: readonly Resource[];
  /** Files that no resource stands for: empty ones, hashed by shards. Never in a manifest that was signed. */
  readonly uncovered?: readonly string[];
}

/** The name of a resource as the reference tool writes it: the path, for shards `path:start:end`. */
export function resourceName(resource: Pick<Resource, "path" | "shard">): string {
  const { path, shard } = resource;
  return shard === undefined ? path : `${path}:${shard.start}:${shard.end}`;
}

/** How strictly a manifest is read. */
export interface ReadOptions {
  /** As the reference tool reads: a name listed twice counts once, names may differ by case only. */
  readonly compatible?: boolean;
}
