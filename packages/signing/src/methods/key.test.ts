import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Model, newKey, signModel, verifyModel } from "../../testing/world.ts";
import { der } from "../../testing/certificates.ts";
import type { BundleDocument } from "../bundle/write.ts";
import { parsePrivateKey } from "./private-key.ts";
import { parsePublicKey } from "./public-key.ts";

const KINDS = ["P-256", "P-384", "P-521", "Ed25519"] as const;

async function verifyChanged(
  change: (document: BundleDocument) => unknown,
  kind: (typeof KINDS)[number] = "P-256",
): Promise<unknown> {
  using model = new Model({ "model.pkl": "weights" });
  const key = newKey(kind);
  const document = await signModel(model.path, key);
  return (await verifyModel(model.path, change(document), [key])).differences;
}

function withSignature(document: BundleDocument, change: (sig: Buffer) => Uint8Array): unknown {
  const [first] = document.dsseEnvelope.signatures;
  const sig = Buffer.from(change(Buffer.from(first?.sig ?? "", "base64"))).toString("base64");
  return { ...document, dsseEnvelope: { ...document.dsseEnvelope, signatures: [{ sig, keyid: "" }] } };
}

/** The two numbers of an ECDSA signature, as DER has them. */
function numbers(sig: Buffer): [Buffer, Buffer] {
  const long = sig[1] === 0x81 ? 1 : 0;
  const r = sig.subarray(4 + long, 4 + long + (sig[3 + long] ?? 0));
  return [r, sig.subarray(4 + long + r.length + 2)];
}

describe.each(KINDS)("a %s key", (kind) => {
  test("signs and verifies", async () => {
    expect(await verifyChanged((document) => document, kind)).toEqual([]);
  });

  test("does not verify what another key of its kind signed, nor another kind", async () => {
    using model = new Model({ a: "1" });
    const document = await signModel(model.path, newKey(kind));
    const { publicKey: _hint, ...material } = document.verificationMaterial;
    const unhinted = { ...document, verificationMaterial: { ...material, publicKey: {} } };
    for (const other of KINDS) {
      await expect(verifyModel(model.path, document, [newKey(other)])).rejects.toMatchObject({
        code: "signer-mismatch",
      });
      await expect(verifyModel(model.path, unhinted, [newKey(other)])).rejects.toMatchObject({
        code: "signature-invalid",
      });
    }
  });

  test("refuses a changed payload, and each flipped bit of a signature's first and last bytes", async () => {
    const flip = (at: number) => (sig: Buffer) => {
      const copy = Buffer.from(sig);
      copy[at < 0 ? sig.length + at : at] = (copy.at(at) ?? 0) ^ 1;
      return copy;
    };
    for (const at of [0, 1, 2, 3, 8, -1, -2]) {
      await expect(
        verifyChanged((document) => withSignature(document, flip(at)), kind),
      ).rejects.toMatchObject({
        code: "signature-invalid",
      });
    }
    const payload = (document: BundleDocument) => {
      const text = Buffer.from(document.dsseEnvelope.payload, "base64")
        .toString()
        .replace("model.pkl", "model.pkm");
      return {
        ...document,
        dsseEnvelope: { ...document.dsseEnvelope, payload: Buffer.from(text).toString("base64") },
      };
    };
    await expect(verifyChanged(payload, kind)).rejects.toMatchObject({ code: "signature-invalid" });
  });
});

describe("an ECDSA signature in other bytes than DER's", () => {
  const integer = (value: Uint8Array) => der(0x02, value);
  test.each<[string, (sig: Buffer) => Uint8Array]>([
    ["bytes behind it", (sig) => Buffer.concat([sig, Buffer.of(0)])],
    ["bytes behind it, inside", (sig) => der(0x30, sig.subarray(2), Buffer.of(5, 0))],
    [
      "needless zeros",
      (sig) => der(0x30, ...numbers(sig).map((n) => integer(Buffer.concat([Buffer.of(0, 0), n])))),
    ],
    ["a negative number", (sig) => der(0x30, integer(Buffer.of(0x80)), integer(numbers(sig)[1]))],
    ["zero", (sig) => der(0x30, integer(Buffer.of(0)), integer(numbers(sig)[1]))],
    ["a long length", (sig) => Buffer.concat([Buffer.of(0x30, 0x81), sig.subarray(1)])],
    [
      "an indefinite length",
      (sig) => Buffer.concat([Buffer.of(0x30, 0x80), sig.subarray(2), Buffer.of(0, 0)]),
    ],
    ["three numbers", (sig) => der(0x30, sig.subarray(2), integer(Buffer.of(1)))],
    ["one number", (sig) => der(0x30, integer(numbers(sig)[0]))],
    [
      "raw numbers (IEEE P1363)",
      (sig) => Buffer.concat(numbers(sig).map((n) => Buffer.concat([Buffer.alloc(32), n]).subarray(-32))),
    ],
    ["one byte", () => Buffer.of(0x30)],
  ])("%s is refused", async (_, change) => {
    await expect(verifyChanged((document) => withSignature(document, change))).rejects.toMatchObject({
      code: "signature-invalid",
    });
  });
});

describe("what the signature says of its key", () => {
  test.each([
    ["another hint", { hint: "0".repeat(64) }, "signer-mismatch"],
    ["another key", { rawBytes: Buffer.from(pemOfPublic("P-384")).toString("base64") }, "signer-mismatch"],
    ["no key at all", { rawBytes: Buffer.from("no key").toString("base64") }, "bundle-malformed"],
  ])("%s is refused", async (_, publicKey, code) => {
    const change = (document: BundleDocument) => ({
      ...document,
      verificationMaterial: { publicKey, tlogEntries: [] },
    });
    await expect(verifyChanged(change)).rejects.toMatchObject({ code });
  });
});

function pemOfPublic(kind: "P-384"): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: kind });
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

describe("a key of the caller", () => {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
  const privatePem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

  test("may be given in compressed form: it is the same key", () => {
    const { x = "", y = "" } = pair.publicKey.export({ format: "jwk" });
    const sign = (Buffer.from(y, "base64url").at(-1) ?? 0) % 2 === 0 ? 2 : 3;
    const algorithm = pair.publicKey.export({ type: "spki", format: "der" }).subarray(2, 23);
    const point = der(0x03, Buffer.of(0, sign), Buffer.from(x, "base64url"));
    const body = der(0x30, algorithm, point).toString("base64");
    const compressed = `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`;
    expect(parsePublicKey(Buffer.from(compressed), "k")).toMatchObject({
      hint: parsePublicKey(Buffer.from(pem), "k").hint,
      fingerprint: parsePublicKey(Buffer.from(pem), "k").fingerprint,
    });
  });

  test.each([
    ["an RSA key", generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey],
    ["another curve", generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey],
    ["a key for agreement only", generateKeyPairSync("x25519").publicKey],
    ["Ed448", generateKeyPairSync("ed448").publicKey],
  ])("%s is refused by its kind", (_, key) => {
    const text = key.export({ type: "spki", format: "pem" });
    expect(() => parsePublicKey(Buffer.from(text), "k")).toThrowError(
      expect.objectContaining({ code: "key-unusable" }),
    );
  });

  test.each([
    ["a private key", privatePem],
    ["two keys", pem + pem],
    ["nothing", ""],
    ["a damaged key", pem.replace("MFkw", "MFkx")],
    ["a certificate's label", pem.replaceAll("PUBLIC KEY", "CERTIFICATE")],
  ])("%s is no public key", (_, text) => {
    expect(() => parsePublicKey(Buffer.from(text), "k")).toThrowError(
      expect.objectContaining({ code: "key-unusable" }),
    );
  });

  test("is decrypted with its password only, and no message holds that", () => {
    const encrypted = pair.privateKey.export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "s3cret",
    });
    const read = (password?: string) => parsePrivateKey(Buffer.from(encrypted), "k", password);
    expect(read("s3cret").publicKey.fingerprint).toBe(parsePublicKey(Buffer.from(pem), "k").fingerprint);
    expect(() => read("wr0ng")).toThrowError(/the password is wrong/u);
    expect(() => read("wr0ng")).not.toThrowError(/wr0ng/u);
    expect(() => read()).toThrowError(
      expect.objectContaining({ code: "key-unusable", advice: "give --password" }),
    );
    expect(() => parsePrivateKey(Buffer.from(privatePem), "k", "x")).toThrowError(/is not encrypted/u);
  });

  test.each([
    ["SEC 1", pair.privateKey.export({ type: "sec1", format: "pem" })],
    [
      "SEC 1, encrypted",
      pair.privateKey.export({ type: "sec1", format: "pem", cipher: "aes-128-cbc", passphrase: "p" }),
    ],
  ])("is read in %s", (kind, text) => {
    const key = parsePrivateKey(Buffer.from(text), "k", kind.endsWith("encrypted") ? "p" : undefined);
    expect(key.publicKey.key.equals(createPublicKey(pem))).toBe(true);
  });
});
