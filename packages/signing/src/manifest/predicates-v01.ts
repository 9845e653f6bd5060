import { Fields } from "../json/fields.ts";
import type { JsonValue } from "../json/value.ts";
import type { Manifest, ReadOptions, Resource, Serialization } from "./manifest.ts";
import { shown } from "./names.ts";
import { checkRoot, onlySubject } from "./predicate-v1.ts";
import {
  checkDigest,
  checkResources,
  type NamedAlgorithm,
  parseAlgorithm,
  parseShardName,
} from "./resources.ts";

// The five statements of 0.1 and 0.2. They record neither the model's name nor what was ignored; the algorithm stands
// beside each digest, and every digest is called sha256 whatever it is.
// Source: model_signing/signing/in_toto.py of 0.2.0.

type Method = "files" | "shards";
type PredicateReader = (statement: Fields, options: Required<ReadOptions>) => Manifest;

/** The default of `set_serialize_by_file_shard_to_manifest` in 0.1 and 0.2, where the manifest does not tell it. */
const DEFAULT_SHARD_SIZE = 1_000_000;

interface Entry extends NamedAlgorithm {
  readonly name: string;
  readonly digest: string;
}

/** `Digests/v0.1` and `ShardDigests/v0.1`: each file or shard is a subject. */
export function digests(method: Method): PredicateReader {
  return (statement, { compatible }) => {
    const entries = statement.array("subject").map((value) => subjectEntry(value));
    return manifestFrom(entries, method, compatible);
  };
}

/** `DigestOfDigests/v0.1` and `DigestOfShardDigests/v0.1`: one subject over a list in the predicate. */
export function digestOfDigests(method: Method): PredicateReader {
  return (statement, { compatible }) => {
    const subject = onlySubject(statement);
    const entries = statement
      .child("predicate")
      .only(method)
      .array(method)
      .map((value) => predicateEntry(value));
    checkRoot(
      subject,
      entries.map((entry) => resourceOf(entry, method)),
    );
    return manifestFrom(entries, method, compatible);
  };
}

/** `Digest/v0.1`: one digest over the whole tree. */
export const singleDigest: PredicateReader = (statement) => {
  const subject = onlySubject(statement);
  const named = statement.child("predicate").string("actual_hash_algorithm");
  const { algorithm } = parseAlgorithm(named);
  const digest = subject.child("digest").only("sha256").string("sha256");
  checkDigest(digest, algorithm, ".");
  return {
    modelName: "",
    serialization: { method: "tree", hashType: algorithm, allowSymlinks: false, ignorePaths: [] },
    resources: [{ path: ".", algorithm, digest }],
  };
};

function subjectEntry(value: JsonValue): Entry {
  const fields = new Fields(value, "a subject", "manifest-invalid").only("name", "digest", "annotations");
  const digest = fields.child("digest").only("sha256").string("sha256");
  // 1.x reads these statements without looking at the annotation, and 0.2 always writes it.
  const algorithm = fields.has("annotations")
    ? parseAlgorithm(fields.child("annotations").string("actual_hash_algorithm"))
    : parseAlgorithm("sha256");
  return entryOf(fields.string("name"), digest, algorithm);
}

function predicateEntry(value: JsonValue): Entry {
  const fields = new Fields(value, "an entry", "manifest-invalid").only("name", "digest", "algorithm");
  return entryOf(fields.string("name"), fields.string("digest"), parseAlgorithm(fields.string("algorithm")));
}

function entryOf(name: string, digest: string, named: NamedAlgorithm): Entry {
  checkDigest(digest, named.algorithm, name);
  return { name, digest, ...named };
}

function resourceOf(entry: Entry, method: Method): Resource {
  const { algorithm, digest } = entry;
  return method === "files"
    ? { path: entry.name, algorithm, digest }
    : { ...parseShardName(entry.name), algorithm, digest };
}

function manifestFrom(entries: readonly Entry[], method: Method, compatible: boolean): Manifest {
  const serialization = serializationOf(entries, method);
  const shardSize = serialization.method === "shards" ? serialization.shardSize : undefined;
  const resources = entries.map((entry) => resourceOf(entry, method));
  return { modelName: "", serialization, resources: checkResources(resources, shardSize, compatible) };
}

function serializationOf(entries: readonly Entry[], method: Method): Serialization {
  const first = entries[0];
  for (const entry of entries) {
    if (entry.algorithm !== first?.algorithm || entry.shardSize !== first.shardSize) {
      const fields = new Fields(new Map(), `the entry ${shown(entry.name)}`, "manifest-invalid");
      fields.fail("has another hash algorithm than the first");
    }
  }
  const common = { hashType: first?.algorithm ?? "sha256", allowSymlinks: false, ignorePaths: [] } as const;
  return method === "files"
    ? { method, ...common }
    : { method, shardSize: first?.shardSize ?? DEFAULT_SHARD_SIZE, ...common };
}
