import { implicit } from "@modelkeep/testkit/sigstore/der";
import { userName } from "@modelkeep/testkit/sigstore/fake-fulcio";
import { FakeLog } from "@modelkeep/testkit/sigstore/fake-log";
import { type FakeBundle, FakeSigstore, SIGNED_AT } from "@modelkeep/testkit/sigstore/fake-sigstore";
import type { TrustMaterial } from "@sigstore/verify";
import { describe, expect, test } from "vitest";
import { parseBundle } from "../bundle/parse.ts";
import { readBundle } from "../bundle/read.ts";
import { parseStrictJson } from "../json/strict.ts";
import { isJsonObject } from "../json/value.ts";
import { shippedRoot, trustMaterialOf } from "./trusted-root.ts";
import { sigstoreVerifier, verifySigstore } from "./verify.ts";

const world = new FakeSigstore();
const ADA = { identity: "ada@example.com", issuer: "https://accounts.example.com" };
const PAYLOAD = '{"what": "was signed"}';
const NOW = { compatible: false, now: SIGNED_AT };

function rootOf(document: object): TrustMaterial {
  const json = parseStrictJson(Buffer.from(JSON.stringify(document)), "root");
  if (!isJsonObject(json)) throw new Error("no object");
  return trustMaterialOf(json);
}

function verify(bundle: object, root: object = world.trustedRoot()) {
  return verifySigstore(parseBundle(Buffer.from(JSON.stringify(bundle))), rootOf(root));
}

function entryOf(bundle: FakeBundle) {
  const [entry] = bundle.verificationMaterial.tlogEntries;
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

function proofOf(bundle: FakeBundle) {
  const { inclusionProof } = entryOf(bundle);
  if (inclusionProof === undefined) throw new Error("no proof");
  return inclusionProof;
}

/** Another 32 bytes in base64. */
const OTHER_HASH = Buffer.alloc(32, 7).toString("base64");

describe("a keyless signature of an own Sigstore", () => {
  test("tells who signed and when the log saw it", () => {
    expect(verify(world.sign(PAYLOAD))).toEqual({
      method: "sigstore",
      ...ADA,
      loggedAt: new Date(SIGNED_AT.getTime() + 60_000),
    });
  });

  test.each([
    ["a workflow", { identity: "https://github.com/acme/models/.github/workflows/sign.yml@refs/heads/main" }],
    ["a user name", { names: [userName("ada!example.com")], identity: "ada!example.com" }],
    ["no older issuer", { olderIssuer: null }],
  ])("of %s", (_name, options) => {
    const { identity } = { ...ADA, ...options };
    expect(verify(world.sign(PAYLOAD, options))).toMatchObject({ identity });
  });

  test("is verified by its inclusion proof where there is a promise for the time", () => {
    const bundle = world.sign(PAYLOAD);
    delete entryOf(bundle).inclusionPromise;
    // Without the promise nobody vouches for the time.
    expect(() => verify(bundle)).toThrow(/expected 1 timestamps, got 0/u);
  });
});

describe("an exact identity", () => {
  const verifier = (expected: { identity: string; issuer: string }) =>
    sigstoreVerifier({ root: rootOf(world.trustedRoot()), ...expected });
  const bundle = parseBundle(Buffer.from(JSON.stringify(world.sign(PAYLOAD))));

  test("is accepted", async () => {
    expect(await verifier(ADA).verify(bundle, NOW)).toMatchObject([ADA]);
  });

  test.each([
    ["of another person", { ...ADA, identity: "eve@example.com" }],
    ["of another provider", { ...ADA, issuer: "https://evil.example.com" }],
    ["as a prefix", { ...ADA, identity: "ada@example.co" }],
    ["as a suffix", { ...ADA, identity: "da@example.com" }],
    ["with more behind", { ...ADA, identity: "ada@example.com.evil.test" }],
    ["in other case", { ...ADA, identity: "Ada@example.com" }],
    ["as a pattern", { ...ADA, identity: ".*" }],
    ["with a dot for any character", { ...ADA, identity: "ada@example.c.m" }],
    ["with the provider's prefix", { ...ADA, issuer: "https://accounts.example" }],
    ["with a slash more", { ...ADA, issuer: "https://accounts.example.com/" }],
    ["that is empty", { identity: "", issuer: "" }],
  ])("%s is refused", (_name, expected) => {
    expect(() => verifier(expected).verify(bundle, NOW)).toThrow(
      expect.objectContaining({ code: "signer-mismatch" }),
    );
  });
});

describe("refused: the certificate", () => {
  test.each([
    ["had expired when the log saw it", { loggedAt: new Date(SIGNED_AT.getTime() + 11 * 60_000) }],
    ["was not valid yet when the log saw it", { loggedAt: new Date(SIGNED_AT.getTime() - 60_000) }],
    ["was in no certificate log", { sct: false }],
    ["may not sign code", { purposes: ["1.3.6.1.5.5.7.3.1"] }],
    ["has no purpose at all", { purposes: [] }],
    ["may not make signatures", { keyUsage: 0x00 }],
    ["is an authority's", { isAuthority: true }],
    ["names nobody", { names: [] }],
    [
      "names two",
      { names: [implicit(1, Buffer.from("ada@example.com")), implicit(1, Buffer.from("eve@example.com"))] },
    ],
    ["names a host", { names: [implicit(2, Buffer.from("ada.example.com"))] }],
    [
      "has a name whose high bits a lenient reader drops",
      { names: [implicit(1, Buffer.from("\u00e1da@example.com", "latin1"))] },
    ],
    ["names two providers", { olderIssuer: "https://evil.example.com" }],
    ["has a control character in its name", { names: [implicit(1, Buffer.from("ada@example.com\n"))] }],
  ])("%s", (_name, options) => {
    expect(() => verify(world.sign(PAYLOAD, options))).toThrow(
      expect.objectContaining({ code: "certificate-invalid" }),
    );
  });

  test("is of an authority that the root does not know", () => {
    const other = new FakeSigstore({ log: world.log });
    const root = world.trustedRoot({ ctlogs: [other.fulcio.trustedCtLog()] });
    expect(() => verify(other.sign(PAYLOAD), root)).toThrow(/certificate path/u);
  });

  test("is of an authority that was no longer trusted then", () => {
    const past = { start: "2020-01-01T00:00:00Z", end: "2021-01-01T00:00:00Z" };
    const root = world.trustedRoot({ certificateAuthorities: [world.fulcio.trustedAuthority(past)] });
    expect(() => verify(world.sign(PAYLOAD), root)).toThrow(/certificate chain/u);
  });

  test("was logged by another certificate log than the trusted one", () => {
    const root = world.trustedRoot({ ctlogs: [new FakeSigstore().fulcio.trustedCtLog()] });
    expect(() => verify(world.sign(PAYLOAD), root)).toThrow(/SCT/u);
  });

  test("is another one than the logged one", () => {
    const bundle = world.sign(PAYLOAD);
    bundle.verificationMaterial.certificate = world.sign(PAYLOAD).verificationMaterial.certificate;
    expect(() => verify(bundle)).toThrow();
  });
});

describe("refused: the log entry", () => {
  test.each<[string, (bundle: FakeBundle) => void]>([
    ["is missing", (bundle) => (bundle.verificationMaterial.tlogEntries = [])],
    ["stands there twice", (bundle) => bundle.verificationMaterial.tlogEntries.push(entryOf(bundle))],
    ["has no proof", (bundle) => delete entryOf(bundle).inclusionProof],
    ["has a hash changed in its proof", (bundle) => proofOf(bundle).hashes.splice(0, 1, OTHER_HASH)],
    ["has a hash left out of its proof", (bundle) => proofOf(bundle).hashes.pop()],
    ["has a hash more in its proof", (bundle) => proofOf(bundle).hashes.push(OTHER_HASH)],
    ["stands at another place", (bundle) => (proofOf(bundle).logIndex = "0")],
    ["stands at a negative place", (bundle) => (proofOf(bundle).logIndex = "-1")],
    [
      "has a checkpoint of another tree",
      (bundle) => (proofOf(bundle).checkpoint = proofOf(world.sign("{}")).checkpoint),
    ],
    [
      "has a checkpoint with a changed root",
      (bundle) => {
        const { checkpoint, rootHash } = proofOf(bundle);
        checkpoint.envelope = checkpoint.envelope.replace(rootHash, OTHER_HASH);
      },
    ],
    [
      "has a checkpoint that nobody signed",
      (bundle) => (proofOf(bundle).checkpoint.envelope = "rekor.test - 1\n7\nAAAA\n\n"),
    ],
    ["has another time than was promised", (bundle) => (entryOf(bundle).integratedTime = "1777636800")],
    [
      "has a promise of another entry",
      (bundle) =>
        (entryOf(bundle).inclusionPromise = entryOf(world.sign("{}")).inclusionPromise ?? {
          signedEntryTimestamp: "",
        }),
    ],
    [
      "is of another payload",
      (bundle) =>
        (bundle.verificationMaterial.tlogEntries = world.sign("{}").verificationMaterial.tlogEntries),
    ],
    [
      "is said to be of another kind",
      (bundle) => (entryOf(bundle).kindVersion = { kind: "hashedrekord", version: "0.0.2" }),
    ],
    [
      "is of a kind that nobody knows",
      (bundle) => (entryOf(bundle).kindVersion = { kind: "constructor", version: "0.0.1" }),
    ],
    [
      "has a body that is no JSON",
      (bundle) => (entryOf(bundle).canonicalizedBody = Buffer.from("{").toString("base64")),
    ],
    [
      "is in a log that is not named in the root",
      (bundle) => (entryOf(bundle).logId = { keyId: OTHER_HASH }),
    ],
  ])("%s", (_name, spoil) => {
    const bundle = world.sign(PAYLOAD);
    spoil(bundle);
    expect(() => verify(bundle)).toThrow(expect.objectContaining({ name: "SigningError" }));
  });

  test("is signed by another log's key", () => {
    const root = world.trustedRoot({ tlogs: [new FakeLog().trusted()] });
    expect(() => verify(world.sign(PAYLOAD), root)).toThrow(
      expect.objectContaining({ code: "signature-invalid" }),
    );
  });

  test("is of a time at which the log's key was not valid", () => {
    const root = world.trustedRoot({ tlogs: [world.log.trusted({ start: "2026-06-01T00:00:00Z" })] });
    expect(() => verify(world.sign(PAYLOAD), root)).toThrow(
      expect.objectContaining({ code: "signature-invalid" }),
    );
  });
});

describe("refused: the envelope", () => {
  test("holds another payload", () => {
    const bundle = world.sign(PAYLOAD);
    const payload = Buffer.from("{}").toString("base64");
    expect(() => verify({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload } })).toThrow(
      /hash mismatch|signature/u,
    );
  });

  test("says another payload type", () => {
    const bundle = world.sign(PAYLOAD);
    expect(() =>
      verify({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payloadType: "text/plain" } }),
    ).toThrow(expect.objectContaining({ code: "signature-invalid" }));
  });

  test("is signed a second time, by whoever", () => {
    const bundle = world.sign(PAYLOAD);
    const signatures = [...bundle.dsseEnvelope.signatures, { sig: OTHER_HASH }];
    expect(() => verify({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures } })).toThrow(
      /exactly one/u,
    );
  });

  test("is signed by a bare key", () => {
    const { tlogEntries } = world.sign(PAYLOAD).verificationMaterial;
    const bundle = { ...world.sign(PAYLOAD), verificationMaterial: { publicKey: { hint: "" }, tlogEntries } };
    expect(() => verify(bundle)).toThrow(expect.objectContaining({ code: "signer-mismatch" }));
  });
});

// Signed by the public Sigstore: releases of an npm package. Copied from the test data of sigstore-go 1.1.3 (Apache-2.0).
describe("a real signature of the public instance", () => {
  const real = (name: string) =>
    readBundle(new URL(`../../fixtures/sigstore/${name}.json`, import.meta.url).pathname);

  test("verifies with the shipped root", () => {
    expect(verifySigstore(real("sigstore-js-2.0.0-provenance"), shippedRoot())).toEqual({
      method: "sigstore",
      identity: "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main",
      issuer: "https://token.actions.githubusercontent.com",
      loggedAt: new Date("2023-08-18T16:05:35.000Z"),
    });
  });

  test("does not verify with the root of the staging instance, nor with one of our own", () => {
    const bundle = real("sigstore-js-2.0.0-provenance");
    for (const root of [shippedRoot("staging"), rootOf(world.trustedRoot())]) {
      expect(() => verifySigstore(bundle, root)).toThrow(
        expect.objectContaining({ code: "certificate-invalid" }),
      );
    }
  });

  test("is not enough with a promise alone", () => {
    expect(() => verifySigstore(real("sigstore-js-1.3.0-provenance"), shippedRoot())).toThrow(
      /without a proof/u,
    );
  });
});
