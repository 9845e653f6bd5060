import { hash } from "node:crypto";
import { SigningError } from "../errors.ts";
import { DIGEST_BYTES, HASH_ALGORITHMS, type HashAlgorithm, type Resource, type Shard } from "./manifest.ts";
import { checkDistinct, checkPath, shown } from "./names.ts";

/** The algorithm of a name as written in a manifest: `sha256`, in 0.1 and 0.2 `file-sha256` or `file-sha256-1000000`. */
const ALGORITHM = /^(?:file-)?(sha256|blake2b|blake3)(?:-(?:sharded-)?([1-9][0-9]{0,15}))?$/u;

export interface NamedAlgorithm {
  readonly algorithm: HashAlgorithm;
  /** Only where the name carries it. */
  readonly shardSize: number | undefined;
}

const SHA256: NamedAlgorithm = { algorithm: "sha256", shardSize: undefined };

/** @throws {SigningError} `unsupported` with the name */
export function parseAlgorithm(name: string): NamedAlgorithm {
  // What nearly every entry of nearly every manifest says.
  if (name === "sha256") return SHA256;
  const [, algorithm, size] = ALGORITHM.exec(name) ?? [];
  const known = HASH_ALGORITHMS.find((one) => one === algorithm);
  if (known === undefined) {
    throw new SigningError("unsupported", `the manifest uses the unknown hash algorithm ${shown(name)}`);
  }
  return { algorithm: known, shardSize: size === undefined ? undefined : Number(size) };
}

/** @throws {SigningError} `manifest-invalid` for anything but lower-case hexadecimal of the algorithm's length */
export function checkDigest(digest: string, algorithm: HashAlgorithm, name: string): void {
  if (!/^[0-9a-f]*$/u.test(digest) || digest.length !== 2 * DIGEST_BYTES[algorithm]) {
    throw new SigningError(
      "manifest-invalid",
      `the digest of ${shown(name)} is no ${algorithm} in lower-case hexadecimal`,
    );
  }
}

/** Splits `path:start:end`. @throws {SigningError} `manifest-invalid` */
export function parseShardName(name: string): { path: string; shard: Shard } {
  const [, path, from, to] = /^([^:]+):(0|[1-9][0-9]{0,15}):([1-9][0-9]{0,15})$/u.exec(name) ?? [];
  const shard = { start: Number(from), end: Number(to) };
  if (path === undefined || !Number.isSafeInteger(shard.end) || shard.start >= shard.end) {
    throw new SigningError("manifest-invalid", `the signed name ${shown(name)} is no path:start:end`);
  }
  return { path, shard };
}

/**
 * Checks all resources of one manifest against each other. A single file is the one path `.`.
 * @returns the resources; in compatible mode the last of those with one name, as the reference tool keeps it
 * @throws {SigningError} `manifest-invalid`
 */
export function checkResources(
  resources: readonly Resource[],
  shardSize: number | undefined,
  compatible: boolean,
): readonly Resource[] {
  if (resources.length === 0 && !compatible) {
    // Together with passing over unsigned files it would verify any folder.
    throw new SigningError("manifest-invalid", "the manifest lists no files");
  }
  const kept = compatible ? lastOfEach(resources) : resources;
  const files = shardSize === undefined ? kept.map(({ path }) => path) : checkTiling(kept, shardSize);
  const single = files.length === 1 && files[0] === ".";
  if (!single) for (const path of files) checkPath(path);
  checkDistinct(files, compatible);
  return kept;
}

function lastOfEach(resources: readonly Resource[]): readonly Resource[] {
  const last = new Map<string, Resource>();
  for (const resource of resources) {
    last.set(`${resource.path}\0${resource.shard?.start}\0${resource.shard?.end}`, resource);
  }
  return [...last.values()];
}

/** Shards of one file must follow each other and tile it from 0, all but the last one `shardSize` long. */
function checkTiling(resources: readonly Resource[], shardSize: number): string[] {
  const byFile = Map.groupBy(resources, ({ path }) => path);
  for (const [path, shards] of byFile) {
    let expected = 0;
    for (const { shard } of shards.toSorted((a, b) => (a.shard?.start ?? 0) - (b.shard?.start ?? 0))) {
      if (shard === undefined || shard.start !== expected || shard.end - shard.start > shardSize) {
        throw new SigningError("manifest-invalid", `the shards of ${shown(path)} do not tile it`);
      }
      // A short shard can only be the last: the next one would have to start at a multiple.
      expected = shard.start + shardSize;
    }
  }
  return [...byFile.keys()];
}

/** Digest over all digests in their order: what the statement's only subject carries. */
export function rootDigest(resources: readonly Pick<Resource, "digest">[]): string {
  return hash("sha256", Buffer.from(resources.map(({ digest }) => digest).join(""), "hex"), "hex");
}
