import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeBase64 } from "./base64.ts";
import { preAuthEncoding } from "./dsse.ts";
import { parseBundle } from "./parse.ts";
import { pythonBytesRepr } from "./python-repr.ts";
import { MAX_BUNDLE_BYTES, readBundle } from "./read.ts";

const SOUND = {
  mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
  verificationMaterial: { publicKey: { hint: "h" }, tlogEntries: [] },
  dsseEnvelope: {
    payload: "e30=",
    payloadType: "application/vnd.in-toto+json",
    signatures: [{ sig: "AQ==", keyid: "" }],
  },
};

const parse = (document: unknown) => parseBundle(Buffer.from(JSON.stringify(document)));
const envelope = (change: object) => ({ ...SOUND, dsseEnvelope: { ...SOUND.dsseEnvelope, ...change } });
const material = (verificationMaterial: object) => ({ ...SOUND, verificationMaterial });
const signature = { sig: "AQ==" };

describe("parseBundle", () => {
  test("reads a sound bundle", () => {
    expect(parse(SOUND)).toMatchObject({
      material: { kind: "public-key", hint: "h", rawBytes: undefined },
      envelope: { payload: Buffer.from("{}"), signatures: [{ sig: Buffer.of(1), keyid: "" }] },
    });
  });

  test.each<[string, unknown]>([
    ["no object", []],
    ["an unknown field", { ...SOUND, more: 1 }],
    ["a field in protobuf's other spelling", { ...SOUND, media_type: SOUND.mediaType }],
    ["no envelope", { mediaType: SOUND.mediaType, verificationMaterial: SOUND.verificationMaterial }],
    ["no media type", { ...SOUND, mediaType: null }],
    ["no signature", envelope({ signatures: [] })],
    ["seventeen signatures", envelope({ signatures: Array.from({ length: 17 }, () => signature) })],
    ["an empty signature", envelope({ signatures: [{ sig: "" }] })],
    ["a signature that is a text", envelope({ signatures: ["AQ=="] })],
    ["a signature with more", envelope({ signatures: [{ ...signature, cert: "x" }] })],
    ["a payload that is no text", envelope({ payload: 1 })],
    ["a payload in URL base64", envelope({ payload: "-_==" })],
    ["no material", material({})],
    ["a key and a chain", material({ publicKey: {}, x509CertificateChain: { certificates: [] } })],
    ["an empty chain", material({ x509CertificateChain: { certificates: [] } })],
    [
      "seventeen certificates",
      material({
        x509CertificateChain: { certificates: Array.from({ length: 17 }, () => ({ rawBytes: "AQ==" })) },
      }),
    ],
    ["an unknown kind of material", material({ jwk: {} })],
    ["log entries that are no list", material({ publicKey: {}, tlogEntries: {} })],
  ])("%s is refused", (_, document) => {
    expect(() => parse(document)).toThrowError(expect.objectContaining({ code: "bundle-malformed" }));
  });

  test.each<[string, unknown]>([
    ["a message signature", { ...SOUND, messageSignature: {} }],
    ["another media type", { ...SOUND, mediaType: "application/json" }],
  ])("%s is refused by name", (_, document) => {
    expect(() => parse(document)).toThrowError(expect.objectContaining({ code: "unsupported" }));
  });

  test("a key twice is refused wherever it stands", () => {
    const text = JSON.stringify(SOUND);
    for (const [from, to] of [
      ['"mediaType"', '"mediaType":"x","mediaType"'],
      ['"payload":', '"payload":"e30=","payload":'],
      ['"sig":', '"sig":"AQ==","sig":'],
      ['"hint":', '"hi\\u006et":"x","hint":'],
    ] as const) {
      expect(() => parseBundle(Buffer.from(text.replace(from, to)))).toThrowError(/stands twice/u);
    }
  });
});

describe("readBundle", () => {
  test("a file beyond the limit is refused before it is read, a missing one says so", () => {
    const folder = mkdtempSync(join(tmpdir(), "modelkeep-bundle-"));
    try {
      const path = join(folder, "big.sig");
      writeFileSync(path, "");
      truncateSync(path, MAX_BUNDLE_BYTES + 1);
      expect(() => readBundle(path)).toThrowError(expect.objectContaining({ code: "limit", isAnswer: true }));
      expect(() => readBundle(join(folder, "none"))).toThrowError(
        expect.objectContaining({ code: "io", isAnswer: false }),
      );
      expect(() => readBundle(folder)).toThrowError(expect.objectContaining({ code: "io" }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("decodeBase64", () => {
  test.each([
    "AQ",
    "AQ=",
    "AQ===",
    "AR==",
    "A Q==",
    "AQ==\n",
    "=AQ=",
    "AQ==AQ==",
    "A",
    "-_==",
    "AQ%3D",
    "\u0410Q==",
  ])("%j is refused", (text) => {
    expect(() => decodeBase64(text, "it")).toThrowError(
      expect.objectContaining({ code: "bundle-malformed" }),
    );
  });
});

describe("encodings that are signed", () => {
  test("DSSE's own example", () => {
    const encoded = preAuthEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
    expect(Buffer.from(encoded).toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  test("lengths are of bytes", () => {
    expect(Buffer.from(preAuthEncoding("é", Buffer.from("ü"))).toString()).toBe("DSSEv1 2 é 2 ü");
  });

  test.each<[string | number[], string]>([
    ["plain", "b'plain'"],
    ["it's", `b"it's"`],
    [`it's "both"`, `b'it\\'s "both"'`],
    [`"double"`, `b'"double"'`],
    ["\t\n\r\\", "b'\\t\\n\\r\\\\'"],
    [[0, 0x1f, 0x7f, 0x80, 0xff, 0x20, 0x7e], "b'\\x00\\x1f\\x7f\\x80\\xff ~'"],
  ])("repr of %j as CPython writes it", (value, expected) => {
    expect(pythonBytesRepr(Buffer.from(value as string))).toBe(expected);
  });
});
