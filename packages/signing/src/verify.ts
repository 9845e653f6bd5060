import type { Bundle } from "./bundle/bundle.ts";
import { SigningError } from "./errors.ts";
import { type GitPaths } from "./hash/ignore.ts";
import { type HashMethod, hashModel } from "./hash/model.ts";
import type { RunOptions } from "./hash/run.ts";
import { compareManifests, type Difference } from "./manifest/compare.ts";
import type { Manifest } from "./manifest/manifest.ts";
import { manifestOf } from "./manifest/statement.ts";
import type { Signer, Verifier, VerifyContext } from "./verifier.ts";

/** A bundle whose signatures verified. Says nothing about any folder yet. */
export interface VerifiedBundle {
  readonly signers: readonly Signer[];
  /** What they signed. */
  readonly manifest: Manifest;
}

/**
 * Checks a bundle's signatures, then reads what was signed.
 * @param verifier by key, certificate or sigstore
 * @throws {SigningError}
 */
export async function verifyBundle(
  bundle: Bundle,
  verifier: Verifier,
  context: VerifyContext,
): Promise<VerifiedBundle> {
  const signers = await verifier.verify(bundle, context);
  if (signers.length === 0) throw new SigningError("signature-invalid", "nobody signed");
  return { signers, manifest: manifestOf(bundle.envelope, { compatible: context.compatible }) };
}

/** What of a model must be signed. Nothing in the signature can widen it, unless `compatible`. */
export interface ModelOptions extends RunOptions {
  /** Left out on the caller's word, relative to the model's folder; the signature file belongs here. */
  readonly ignorePaths?: readonly string[];
  /** Default: `none`. */
  readonly gitPaths?: GitPaths;
  readonly allowSymlinks?: boolean;
  /** Look only at the signed files; whatever else lies in the folder is not part of the answer. */
  readonly ignoreUnsignedFiles?: boolean;
  /** Also leave out what the signature says was left out, and pass over links to folders. */
  readonly compatible?: boolean;
}

/** The answer for one model. It is good when there are no differences. */
export interface ModelComparison {
  readonly differences: readonly Difference[];
  /** The files that were hashed, with one digest each or one for each shard. */
  readonly actual: Manifest;
}

/**
 * Hashes a model the way its signature was made, and compares.
 * @param model path of the folder or file
 * @param signed from {@link verifyBundle}
 * @throws {SigningError} `model-refused`, `model-changed`, `limit`, `io`
 */
export async function compareModel(
  model: string,
  signed: Manifest,
  options: ModelOptions = {},
): Promise<ModelComparison> {
  let comparison: ModelComparison | undefined;
  for (const method of methodsOf(signed)) {
    const actual = await hashModel(model, { ...hashOptions(signed, options), method });
    comparison = { actual, differences: compareManifests(signed, actual) };
    if (comparison.differences.length === 0) break;
  }
  if (comparison === undefined) throw new SigningError("unsupported", "the manifest names no way to hash");
  return comparison;
}

function hashOptions(signed: Manifest, options: ModelOptions) {
  const ignorePaths = [...(options.ignorePaths ?? [])];
  if (options.compatible === true) ignorePaths.push(...signed.serialization.ignorePaths);
  const narrow = options.ignoreUnsignedFiles === true && signed.serialization.method !== "tree";
  const only = new Set(signed.resources.map(({ path }) => path));
  return { ...options, ignorePaths, ...(narrow ? { only } : {}) };
}

/** The ways to hash that a manifest may have been made by. A tree's signature does not tell how its files were hashed; there were two ways. */
export function methodsOf({ serialization }: Manifest): readonly HashMethod[] {
  switch (serialization.method) {
    case "files":
      return [{ method: "files", hashType: serialization.hashType }];
    case "shards":
      return [{ method: "shards", hashType: serialization.hashType, shardSize: serialization.shardSize }];
    case "tree":
      return (["sha256", "blake2b"] as const).map((hashType) => ({
        method: "tree",
        hashType,
        mergeType: serialization.hashType,
      }));
  }
}
