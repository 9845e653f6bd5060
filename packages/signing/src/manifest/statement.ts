import { IN_TOTO_PAYLOAD } from "../bundle/dsse.ts";
import type { Envelope } from "../bundle/bundle.ts";
import { SigningError } from "../errors.ts";
import { Fields } from "../json/fields.ts";
import { parseStrictJson } from "../json/strict.ts";
import type { Manifest, ReadOptions } from "./manifest.ts";
import { shown } from "./names.ts";
import { signatureV1 } from "./predicate-v1.ts";
import { digestOfDigests, digests, singleDigest } from "./predicates-v01.ts";

const STATEMENT = "https://in-toto.io/Statement/v1";

type PredicateReader = (statement: Fields, options: Required<ReadOptions>) => Manifest;

const READERS: ReadonlyMap<string, PredicateReader> = new Map<string, PredicateReader>([
  ["https://model_signing/signature/v1.0", signatureV1],
  ["https://model_signing/Digests/v0.1", digests("files")],
  ["https://model_signing/ShardDigests/v0.1", digests("shards")],
  ["https://model_signing/DigestOfDigests/v0.1", digestOfDigests("files")],
  ["https://model_signing/DigestOfShardDigests/v0.1", digestOfDigests("shards")],
  ["https://model_signing/Digest/v0.1", singleDigest],
]);

/**
 * Reads the in-toto statement in an envelope into the list of signed digests. Call it only with an envelope whose
 * signatures are verified.
 * @throws {SigningError} `bundle-malformed`, `manifest-invalid`, or `unsupported` with the kind's name
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 */
export function manifestOf(envelope: Envelope, options: ReadOptions = {}): Manifest {
  if (envelope.payloadType !== IN_TOTO_PAYLOAD) {
    throw new SigningError(
      "unsupported",
      `the signature is over ${shown(envelope.payloadType)}, not over ${IN_TOTO_PAYLOAD}`,
    );
  }
  const document = parseStrictJson(envelope.payload, "the signed statement");
  const statement = new Fields(document, "the signed statement", "manifest-invalid");
  statement.only("_type", "subject", "predicateType", "predicate");
  if (statement.string("_type") !== STATEMENT) {
    throw new SigningError(
      "unsupported",
      `the signed statement is no ${STATEMENT}: ${shown(statement.string("_type"))}`,
    );
  }
  const type = statement.string("predicateType");
  const read = READERS.get(type);
  if (read === undefined) {
    throw new SigningError("unsupported", `the signed statement is of the unknown kind ${shown(type)}`);
  }
  return read(statement, { compatible: options.compatible === true });
}
