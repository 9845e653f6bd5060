import { createPublicKey, type KeyObject } from "node:crypto";
import { SigningError } from "../errors.ts";
import type { Pkcs11Uri } from "./uri.ts";

/** DER of the curves' object identifiers, as tokens hold them in CKA_EC_PARAMS. */
const P256 = "06082a8648ce3d030107";
const P384 = "06052b81040022";
const P521 = "06052b81040023";
const EC_PUBLIC_KEY = "06072a8648ce3d0201";
/** Ed25519 as an identifier (RFC 8410), or as the text `edwards25519` that PKCS #11 3.0 also allows. */
const ED25519: ReadonlySet<string> = new Set(["06032b6570", "130c656477617264733235353139"]);

/** A public key in a token. */
export interface PublicObject {
  readonly key: KeyObject;
  /** Lower-case hexadecimal. */
  readonly id: string;
}

/**
 * The public key in what `pkcs11-tool --list-objects --type pubkey` prints. (Its `--read-object` fails for P-384 in
 * OpenSC 0.26 with OpenSSL 3.)
 * @returns the key, and its id, by which the private one is found: the tool looks at no label when it signs
 * @throws {SigningError} `key-unusable` unless exactly one key is listed, of a kind that signs models
 */
export function publicObject(listing: string, wanted: Pick<Pkcs11Uri, "id" | "object">): PublicObject {
  const all = listing.split(/^Public Key Object/mu).slice(1);
  const objects = all.filter((object) => isWanted(object, wanted));
  const [object, second] = objects;
  if (object === undefined) throw unusable("the token shows no public key of that name");
  if (second !== undefined) throw unusable(`the token has ${objects.length} public keys of that name`);
  const params = hexOf(object, "EC_PARAMS");
  const point = octets(hexOf(object, "EC_POINT"));
  if (params === undefined || point === undefined) throw unusable("the token's key is on no curve");
  const id = hexOf(object, "ID");
  if (id === undefined) throw unusable("the token's key has no id");
  const key = createPublicKey({ key: subjectPublicKeyInfo(params, point), format: "der", type: "spki" });
  return { key, id };
}

/** The tool lists all keys, whatever it is asked for. */
function isWanted(object: string, { id, object: label }: Pick<Pkcs11Uri, "id" | "object">): boolean {
  if (id !== undefined && hexOf(object, "ID") !== id) return false;
  return label === undefined || /^ {2}label: +(.*)$/mu.exec(object)?.[1]?.trimEnd() === label;
}

function hexOf(object: string, name: string): string | undefined {
  return new RegExp(`^ +${name}: +([0-9a-f]+)\\b`, "mu").exec(object)?.[1];
}

/** The content of a DER OCTET STRING, in which tokens wrap the point. */
function octets(hex: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(hex ?? "", "hex");
  const long = bytes[1] === 0x81;
  const start = long ? 3 : 2;
  return bytes[0] === 0x04 && bytes[start - 1] === bytes.byteLength - start
    ? bytes.subarray(start)
    : undefined;
}

/** RFC 5480 and RFC 8410. */
function subjectPublicKeyInfo(params: string, point: Buffer): Buffer {
  if (ED25519.has(params)) return sequence(sequence(Buffer.from("06032b6570", "hex")), bits(point));
  if (params !== P256 && params !== P384 && params !== P521)
    throw unusable("the token's key is on a curve that signs no models");
  return sequence(sequence(Buffer.from(EC_PUBLIC_KEY + params, "hex")), bits(point));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), content]));
}

function der(tag: number, content: Buffer): Buffer {
  const length = content.byteLength;
  return Buffer.concat([length < 0x80 ? Buffer.of(tag, length) : Buffer.of(tag, 0x81, length), content]);
}

function unusable(message: string): SigningError {
  return new SigningError("key-unusable", message, {
    advice: "name a P-256, P-384, P-521 or Ed25519 key by its id",
  });
}
