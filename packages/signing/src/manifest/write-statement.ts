import type { Manifest, ReadOptions, Resource } from "./manifest.ts";
import { resourceName } from "./manifest.ts";
import { comparePaths, shown } from "./names.ts";
import { SigningError } from "../errors.ts";
import { checkResources, rootDigest } from "./resources.ts";

/**
 * Writes the in-toto statement of a manifest: `https://model_signing/signature/v1.0`, as 1.0 and later of the
 * reference tool do.
 * @param manifest of a model, hashed by files or shards
 * @param options `compatible`: names may differ by case or normalisation only
 * @returns the payload to sign
 * @throws {SigningError} `manifest-invalid` for names that no verifier would take, `unsupported` for a tree
 */
export function statementOf(manifest: Manifest, options: ReadOptions = {}): Uint8Array {
  const { serialization, modelName } = manifest;
  if (serialization.method === "tree") {
    throw new SigningError("unsupported", "a digest over a whole tree is only verified, never signed", {
      advice: "sign by files or shards",
    });
  }
  const [empty] = manifest.uncovered ?? [];
  if (empty !== undefined) {
    throw new SigningError(
      "unsupported",
      `${shown(empty)} is empty: a signature by shards does not cover it`,
      {
        advice: "sign by files",
      },
    );
  }
  const shardSize = serialization.method === "shards" ? serialization.shardSize : undefined;
  const resources = checkResources(manifest.resources, shardSize, options.compatible === true).toSorted(
    (a, b) => comparePaths(a.path, b.path) || (a.shard?.start ?? 0) - (b.shard?.start ?? 0),
  );
  if (resources.length === 0)
    throw new SigningError("manifest-invalid", "there is nothing to sign", {
      advice: "name a model with files",
    });
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: modelName, digest: { sha256: rootDigest(resources) } }],
    predicateType: "https://model_signing/signature/v1.0",
    predicate: {
      serialization: serializationDocument(manifest),
      resources: resources.map((resource) => ({
        name: resourceName(resource),
        algorithm: algorithmName(resource, shardSize),
        digest: resource.digest,
      })),
    },
  };
  return Buffer.from(JSON.stringify(statement));
}

/** The reference tool compares the name too, and calls the hash of a shard by its size. */
function algorithmName({ algorithm }: Resource, shardSize: number | undefined): string {
  return shardSize === undefined ? algorithm : `${algorithm}-sharded-${shardSize}`;
}

function serializationDocument({ serialization }: Manifest): Record<string, unknown> {
  const { method, hashType, allowSymlinks, ignorePaths } = serialization;
  return {
    method,
    hash_type: hashType,
    ...(serialization.method === "shards" ? { shard_size: serialization.shardSize } : {}),
    allow_symlinks: allowSymlinks,
    ...(ignorePaths.length === 0 ? {} : { ignore_paths: [...new Set(ignorePaths)].toSorted() }),
  };
}
