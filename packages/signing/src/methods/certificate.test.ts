import type { KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  certificate,
  type CertificateOptions,
  CODE_SIGNING,
  der,
  EXTENSION,
  newPair,
  oid,
  pemOf,
  SERVER,
} from "../../testing/certificates.ts";
import { NOW } from "../../testing/world.ts";
import { parseBundle } from "../bundle/parse.ts";
import type { BundleDocument } from "../bundle/write.ts";
import { parseCertificate } from "../x509/certificate.ts";
import { parseCertificates } from "../x509/pem.ts";
import { certificateVerifier } from "./certificate.ts";
import { parsePrivateKey } from "./private-key.ts";
import { certificateSigner } from "./sign-certificate.ts";

const CA_USAGE = [EXTENSION.ca(), EXTENSION.keyUsage(0x04)];
const LEAF_USAGE = [EXTENSION.notCa, EXTENSION.keyUsage(0x80), EXTENSION.extendedKeyUsage(CODE_SIGNING)];

const keys = { root: newPair(), middle: newPair(), leaf: newPair(), other: newPair() };

interface Chain {
  readonly root?: Partial<CertificateOptions>;
  readonly middle?: Partial<CertificateOptions>;
  readonly leaf?: Partial<CertificateOptions>;
}

/** A chain of three, sound but for what the test changes. */
function chainOf(change: Chain = {}) {
  const root = certificate({ subject: "root", key: keys.root, extensions: CA_USAGE, ...change.root });
  const middle = certificate({
    subject: "middle",
    key: keys.middle,
    issuer: "root",
    issuerKey: keys.root,
    extensions: CA_USAGE,
    ...change.middle,
  });
  const leaf = certificate({
    subject: "leaf",
    key: keys.leaf,
    issuer: "middle",
    issuerKey: keys.middle,
    extensions: LEAF_USAGE,
    ...change.leaf,
  });
  return { root, middle, leaf };
}

async function signWith(
  raw: Uint8Array,
  chain: readonly Uint8Array[],
  key: KeyObject,
): Promise<BundleDocument> {
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
  const signer = certificateSigner(
    parsePrivateKey(Buffer.from(pem), "key"),
    parseCertificate(raw),
    chain.map((one) => parseCertificate(one)),
  );
  return await signer.sign("application/vnd.in-toto+json", Buffer.from("{}"));
}

function verify(
  document: unknown,
  trusted: readonly Uint8Array[],
  options: { compatible?: boolean; now?: Date } = {},
) {
  const bundle = parseBundle(Buffer.from(JSON.stringify(document)));
  const given = parseCertificates(Buffer.from(trusted.map((raw) => pemOf(raw)).join("")), "trusted");
  return certificateVerifier(given).verify(bundle, {
    compatible: options.compatible === true,
    now: options.now ?? NOW,
  });
}

async function verifyChain(change: Chain = {}, options: { compatible?: boolean; now?: Date } = {}) {
  const { root, middle, leaf } = chainOf(change);
  return await verify(await signWith(leaf, [middle, root], keys.leaf), [root], options);
}

const invalid = { code: "certificate-invalid" };

describe("a signature by certificate", () => {
  test("verifies, and says who signed", async () => {
    const leaf = { extensions: [...LEAF_USAGE, EXTENSION.alternativeName("a@example.org")] };
    expect(await verifyChain({ leaf })).toMatchObject([
      {
        method: "certificate",
        keyType: "P-256",
        subject: "CN=leaf",
        issuer: "CN=middle",
        alternativeNames: ["a@example.org"],
        serialNumber: "11",
        notAfter: new Date("2027-01-01"),
      },
    ]);
  });

  test("verifies where the caller brings what lies between, and not without it", async () => {
    const { root, middle, leaf } = chainOf();
    const document = await signWith(leaf, [], keys.leaf);
    expect(verify(document, [root, middle])).toHaveLength(1);
    expect(() => verify(document, [root])).toThrowError(/does not lead to a trusted root/u);
  });

  test("by Ed25519 verifies", async () => {
    const key = newPair("ed25519");
    const leaf = certificate({
      subject: "leaf",
      key,
      issuer: "root",
      issuerKey: keys.root,
      extensions: LEAF_USAGE,
    });
    const { root } = chainOf();
    expect(verify(await signWith(leaf, [root], key), [root])).toMatchObject([{ keyType: "Ed25519" }]);
  });

  test("of a chain under an RSA root verifies, from 2048 bits on", async () => {
    for (const [bits, sound] of [
      [2048, true],
      [1024, false],
    ] as const) {
      const key = newPair("rsa", bits);
      const { root, middle, leaf } = chainOf({ root: { key }, middle: { issuerKey: key } });
      const document = await signWith(leaf, [middle], keys.leaf);
      if (sound) expect(verify(document, [root])).toHaveLength(1);
      else expect(() => verify(document, [root])).toThrowError(/RSA key of 1024 bits/u);
    }
  });

  test("over other bytes, or by another key, is refused", async () => {
    const { root, middle, leaf } = chainOf();
    const document = await signWith(leaf, [middle], keys.leaf);
    const payload = Buffer.from("{ }").toString("base64");
    const changed = { ...document, dsseEnvelope: { ...document.dsseEnvelope, payload } };
    expect(() => verify(changed, [root])).toThrowError(
      expect.objectContaining({ code: "signature-invalid" }),
    );
    const stranger = certificate({
      subject: "leaf",
      key: keys.other,
      issuer: "middle",
      issuerKey: keys.middle,
      extensions: LEAF_USAGE,
    });
    const certificates = [stranger, middle].map((raw) => ({ rawBytes: raw.toString("base64") }));
    const swapped = {
      ...document,
      verificationMaterial: { x509CertificateChain: { certificates }, tlogEntries: [] },
    };
    expect(() => verify(swapped, [root])).toThrowError(
      expect.objectContaining({ code: "signature-invalid" }),
    );
  });

  test("is not made with a certificate of another key", async () => {
    const { leaf } = chainOf();
    await expect(signWith(leaf, [], keys.other)).rejects.toMatchObject({ code: "key-unusable" });
  });
});

describe("time", () => {
  const before = { notBefore: new Date("2027-06-01"), notAfter: new Date("2028-01-01") };
  const after = { notBefore: new Date("2025-01-01"), notAfter: new Date("2026-06-01") };

  test.each([
    ["an expired leaf", { leaf: after }, /expired at 2026-06-01/u],
    ["a leaf that is not valid yet", { leaf: before }, /not valid before 2027-06-01/u],
  ])("%s is refused; compatible judges as of the leaf's first moment", async (_, change, why) => {
    await expect(verifyChain(change)).rejects.toThrowError(why);
    const authority = { notBefore: new Date("2020-01-01"), notAfter: new Date("2030-01-01") };
    expect(
      await verifyChain({ root: authority, middle: authority, ...change }, { compatible: true }),
    ).toHaveLength(1);
  });

  test.each([
    ["an expired intermediate", { middle: after }],
    ["an intermediate that is not valid yet", { middle: before }],
    ["an expired root", { root: after }],
    ["a root that is not valid yet", { root: before }],
  ])("%s is refused", async (_, change) => {
    await expect(verifyChain(change)).rejects.toMatchObject(invalid);
  });

  test("both ends of a validity belong to it", async () => {
    expect(await verifyChain({}, { now: new Date("2026-01-01T00:00:00Z") })).toHaveLength(1);
    expect(await verifyChain({}, { now: new Date("2027-01-01T00:00:00Z") })).toHaveLength(1);
    await expect(verifyChain({}, { now: new Date("2027-01-01T00:00:00.001Z") })).rejects.toMatchObject(
      invalid,
    );
  });
});

describe("usage of the leaf", () => {
  const { notCa, keyUsage, extendedKeyUsage, ca } = EXTENSION;
  test.each([
    ["a host's certificate", [notCa, keyUsage(0x80), extendedKeyUsage(SERVER)]],
    ["a key usage without signatures", [notCa, keyUsage(0x20), extendedKeyUsage(CODE_SIGNING)]],
    ["an authority", [ca(), keyUsage(0x84), extendedKeyUsage(CODE_SIGNING)]],
  ])("%s is refused; compatible takes one usage that allows signing", async (_, extensions) => {
    await expect(verifyChain({ leaf: { extensions } })).rejects.toMatchObject(invalid);
    expect(await verifyChain({ leaf: { extensions } }, { compatible: true })).toHaveLength(1);
  });

  test.each([
    ["no usage", [notCa]],
    ["no usage that signs", [notCa, keyUsage(0x20), extendedKeyUsage(SERVER)]],
  ])("%s is refused, in compatible mode too", async (_, extensions) => {
    for (const compatible of [false, true]) {
      await expect(verifyChain({ leaf: { extensions } }, { compatible })).rejects.toMatchObject(invalid);
    }
  });

  test.each([
    ["digitalSignature alone", [notCa, keyUsage(0x80)]],
    ["codeSigning alone", [notCa, extendedKeyUsage(CODE_SIGNING)]],
  ])("%s is enough", async (_, extensions) => {
    expect(await verifyChain({ leaf: { extensions } })).toHaveLength(1);
  });
});

describe("authorities", () => {
  const { notCa, ca, keyUsage, extendedKeyUsage } = EXTENSION;
  test.each<[string, Chain]>([
    ["an intermediate that is no authority", { middle: { extensions: [notCa, keyUsage(0x84)] } }],
    ["an intermediate without constraints", { middle: { extensions: [keyUsage(0x04)] } }],
    ["an intermediate that may not sign certificates", { middle: { extensions: [ca(), keyUsage(0x80)] } }],
    ["a root that is no authority", { root: { extensions: [notCa] } }],
    ["a root that allows none below", { root: { extensions: [ca(0), keyUsage(0x04)] } }],
    [
      "an intermediate for hosts only",
      { middle: { extensions: [ca(), keyUsage(0x04), extendedKeyUsage(SERVER)] } },
    ],
    [
      "an intermediate with a demand nobody knows",
      { middle: { extensions: [...CA_USAGE, ["1.3.6.1.4.1.99999.1", true, der(0x05)]] } },
    ],
    [
      "name constraints, which are not checked",
      { middle: { extensions: [...CA_USAGE, ["2.5.29.30", false, der(0x30)]] } },
    ],
    ["an issuer's name that differs", { leaf: { issuer: "Middle" } }],
    ["an issuer's signature that is another's", { leaf: { issuerKey: keys.other } }],
    [
      "a leaf with a demand nobody knows",
      { leaf: { extensions: [...LEAF_USAGE, ["1.2.3.4", true, der(0x05)]] } },
    ],
    ["a leaf signed with SHA-1", { leaf: { hash: "sha1" } }],
    ["an extension twice", { leaf: { extensions: [...LEAF_USAGE, keyUsage(0x80)] } }],
  ])("%s is refused, in compatible mode too", async (_, change) => {
    for (const compatible of [false, true])
      await expect(verifyChain(change, { compatible })).rejects.toMatchObject(invalid);
  });

  test("a path length that fits is accepted", async () => {
    expect(
      await verifyChain({
        root: { extensions: [ca(1), keyUsage(0x04)] },
        middle: { extensions: [ca(0), keyUsage(0x04)] },
      }),
    ).toHaveLength(1);
  });

  test("a root that only the signature brings is not trusted", async () => {
    const { root, middle, leaf } = chainOf();
    const stranger = certificate({ subject: "root", key: keys.other, extensions: CA_USAGE });
    const document = await signWith(leaf, [middle, root], keys.leaf);
    expect(() => verify(document, [stranger])).toThrowError(/does not lead to a trusted root/u);
  });

  test("an intermediate alone is no anchor", async () => {
    const { middle, leaf } = chainOf();
    const document = await signWith(leaf, [], keys.leaf);
    expect(() => verify(document, [middle])).toThrowError(expect.objectContaining(invalid));
  });

  test("certificates that issue each other in circles end the search", async () => {
    const ring = [keys.root, keys.middle, keys.other].flatMap((key) =>
      [keys.root, keys.middle, keys.other].map((issuerKey) =>
        certificate({ subject: "ring", key, issuer: "ring", issuerKey, extensions: CA_USAGE }),
      ),
    );
    const leaf = certificate({
      subject: "leaf",
      key: keys.leaf,
      issuer: "ring",
      issuerKey: keys.root,
      extensions: LEAF_USAGE,
    });
    const document = await signWith(leaf, ring, keys.leaf);
    const root = certificate({ subject: "far", key: newPair(), extensions: CA_USAGE });
    expect(() => verify(document, [root])).toThrowError(expect.objectContaining(invalid));
  });
});

describe("bytes that are no certificate", () => {
  const { leaf } = chainOf();
  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["bytes behind it", Buffer.concat([leaf, Buffer.of(0)])],
    ["a cut end", leaf.subarray(0, leaf.length - 1)],
    ["an indefinite length", Buffer.concat([Buffer.of(0x30, 0x80), leaf.subarray(4), Buffer.of(0, 0)])],
    ["a length with needless octets", Buffer.concat([Buffer.of(0x30, 0x83, 0), leaf.subarray(2)])],
    ["a set instead of a sequence", Buffer.concat([Buffer.of(0x31), leaf.subarray(1)])],
    [
      "deep nesting",
      Array.from({ length: 200 }).reduce<Buffer>((inner) => der(0x30, inner), Buffer.alloc(0)),
    ],
    ["a huge one", Buffer.alloc(100_000, 0x30)],
    ["an identifier of its own", oid("1.2.3")],
  ])("%s is refused", (_, raw) => {
    expect(() => parseCertificate(raw)).toThrowError(expect.objectContaining(invalid));
  });

  test("every cut of a certificate is refused without another error", () => {
    for (let length = 0; length < leaf.length; length += 3) {
      expect(() => parseCertificate(leaf.subarray(0, length))).toThrowError(expect.objectContaining(invalid));
    }
  });

  test("a file without one, or with a damaged one, is the caller's to mend", () => {
    for (const text of ["", "-----BEGIN CERTIFICATE-----\nAAAA\n", pemOf(leaf).replace("MII", "MI_")]) {
      expect(() => parseCertificates(Buffer.from(text), "file")).toThrowError(
        expect.objectContaining({ code: "key-unusable" }),
      );
    }
  });
});
