import { SigningError } from "../errors.ts";
import { Fields } from "../json/fields.ts";
import type { JsonValue } from "../json/value.ts";
import type { Manifest, ReadOptions, Resource, Serialization } from "./manifest.ts";
import { shown } from "./names.ts";
import { checkDigest, checkResources, parseAlgorithm, parseShardName, rootDigest } from "./resources.ts";

const CODE = "manifest-invalid";

/**
 * Reads `https://model_signing/signature/v1.0`, which 0.3 and later write.
 * @see model_signing/_signing/signing.py, `dsse_payload_to_manifest`
 */
export function signatureV1(statement: Fields, { compatible }: Required<ReadOptions>): Manifest {
  const subject = onlySubject(statement);
  const predicate = statement.child("predicate");
  const serialization = serializationOf(predicate.child("serialization"));
  const resources = predicate.array("resources").map((value) => resourceOf(value, serialization));
  checkRoot(subject, resources);
  const shardSize = serialization.method === "shards" ? serialization.shardSize : undefined;
  return {
    modelName: subject.optionalString("name"),
    serialization,
    resources: checkResources(resources, shardSize, compatible),
  };
}

/** @throws {SigningError} `manifest-invalid` unless there is exactly one subject */
export function onlySubject(statement: Fields): Fields {
  const subjects = statement.array("subject");
  if (subjects.length !== 1) statement.fail(`has ${subjects.length} subjects instead of one`);
  return new Fields(subjects[0], "the subject", CODE);
}

/** @throws {SigningError} `manifest-invalid` unless the subject's digest is that of all resources */
export function checkRoot(subject: Fields, resources: readonly Resource[]): void {
  const signed = subject.child("digest").only("sha256").string("sha256");
  if (signed !== rootDigest(resources)) subject.fail("does not carry the digest of the listed resources");
}

function serializationOf(fields: Fields): Serialization {
  fields.only("method", "hash_type", "shard_size", "allow_symlinks", "ignore_paths");
  const common = {
    allowSymlinks: fields.boolean("allow_symlinks"),
    ignorePaths: fields.strings("ignore_paths"),
  };
  const { algorithm, shardSize } = parseAlgorithm(fields.string("hash_type"));
  switch (fields.string("method")) {
    case "files":
      if (fields.has("shard_size") || shardSize !== undefined)
        fields.fail("has a shard size for whole files");
      return { method: "files", hashType: algorithm, ...common };
    case "shards":
      return {
        method: "shards",
        hashType: algorithm,
        shardSize: fields.positiveInteger("shard_size"),
        ...common,
      };
    default:
      throw new SigningError(
        "unsupported",
        `the unknown serialization method ${shown(fields.string("method"))}`,
      );
  }
}

/** One of a model has thousands: what is in order is read without more ado. */
function entryOf(value: JsonValue) {
  const fields = new Fields(value, "a resource", CODE);
  if (fields.size !== 3) fields.only("name", "algorithm", "digest");
  const [name, digest] = [fields.string("name"), fields.string("digest")];
  return { fields, name, digest, ...parseAlgorithm(fields.string("algorithm")) };
}

function resourceOf(value: JsonValue, serialization: Serialization): Resource {
  const { fields, name, digest, algorithm, shardSize } = entryOf(value);
  checkDigest(digest, algorithm, name);
  const wanted = serialization.method === "shards" ? serialization.shardSize : undefined;
  if (shardSize !== undefined && shardSize !== wanted)
    fields.fail(`${shown(name)} has another shard size than the manifest`);
  if (algorithm !== serialization.hashType)
    fields.fail(`${shown(name)} has another algorithm than the manifest`);
  return wanted === undefined
    ? { path: name, algorithm, digest }
    : { ...parseShardName(name), algorithm, digest };
}
