import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { FakeSigstore, SIGNED_AT } from "@modelkeep/testkit/sigstore/fake-sigstore";
import { describe, expect, test } from "vitest";
import { parseBundle } from "../bundle/parse.ts";
import { SigningError } from "../errors.ts";
import { parseStrictJson } from "../json/strict.ts";
import { isJsonObject } from "../json/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { statementOf } from "../manifest/write-statement.ts";
import { parsePrivateKey } from "../methods/private-key.ts";
import { publicKeyOf } from "../methods/public-key.ts";
import { keySigner } from "../methods/sign-key.ts";
import { signManifest } from "../sign.ts";
import { trustMaterialOf } from "../sigstore/trusted-root.ts";
import { decideTrust } from "./decide.ts";
import type { FoundSignature } from "./judge-signature.ts";
import { matchesPattern, ruleFor } from "./match.ts";
import type { TrustedSigner, TrustPolicy, TrustRule } from "./policy.ts";

const NOW = new Date("2026-06-01T00:00:00Z");
const pair = (): KeyPairKeyObjectResult => generateKeyPairSync("ec", { namedCurve: "P-256" });
const [one, two, stranger] = [pair(), pair(), pair()];
const world = new FakeSigstore();

const FILES = [
  { path: "MLmodel", sha256: "a".repeat(64) },
  { path: "model.pkl", sha256: "b".repeat(64) },
];

function manifest(files = FILES, ignorePaths: string[] = []): Manifest {
  return {
    modelName: "m",
    serialization: { method: "files", hashType: "sha256", allowSymlinks: false, ignorePaths },
    resources: files.map(({ path, sha256 }) => ({ path, algorithm: "sha256", digest: sha256 })),
  };
}

async function signed(
  by: KeyPairKeyObjectResult,
  path = "model.sig",
  what = manifest(),
): Promise<FoundSignature> {
  const key = parsePrivateKey(Buffer.from(by.privateKey.export({ type: "pkcs8", format: "pem" })), "key");
  return { path, content: parseBundle(await signManifest(what, keySigner(key))) };
}

function keyless(path = "keyless.sig", options = {}): FoundSignature {
  const bundle = world.sign(statementOf(manifest()), options);
  return { path, content: parseBundle(Buffer.from(JSON.stringify(bundle))) };
}

function known(name: string, by: KeyPairKeyObjectResult, more: Partial<TrustedSigner> = {}): TrustedSigner {
  const key = publicKeyOf(by.publicKey, name);
  return { ...more, method: "key", name, key, fingerprint: key.fingerprint };
}

const root = parseStrictJson(Buffer.from(JSON.stringify(world.trustedRoot())), "root");
const ADA: TrustedSigner = {
  name: "ada",
  method: "sigstore",
  identity: "ada@example.com",
  issuer: "https://accounts.example.com",
  root: trustMaterialOf(isJsonObject(root) ? root : new Map()),
};

const RULE: TrustRule = {
  name: "r",
  signers: ["one", "two", "ada"],
  threshold: 1,
  permitsExecutable: true,
  requiresSignature: false,
};
const POLICY: TrustPolicy = {
  signers: [known("one", one), known("two", two), ADA],
  rules: [RULE],
  revoked: [],
};

async function decide(
  signatures: readonly FoundSignature[],
  policy: Partial<TrustPolicy> = {},
  files: readonly { path: string; sha256: string }[] = FILES,
) {
  const all = [...files, ...signatures.map(({ path }) => ({ path, sha256: "c".repeat(64) }))];
  return await decideTrust({
    policy: { ...POLICY, ...policy },
    subject: { uri: "models:/football@champion", name: "football", alias: "champion" },
    model: { folder: "/nowhere", files: all, digest: "d".repeat(64) },
    signatures,
    now: NOW,
  });
}

describe("decideTrust", () => {
  test("a trusted signature over exactly these files counts, and permits what the rule says", async () => {
    const decision = await decide([await signed(one)]);
    expect(decision).toMatchObject({
      trusted: true,
      permitsExecutable: true,
      counted: 1,
      refusal: undefined,
    });
    expect(decision.credits).toMatchObject([{ name: "one", path: "model.sig" }]);
  });

  test("nobody is trusted without a rule, however well signed", async () => {
    const decision = await decide([await signed(one)], { rules: [] });
    expect(decision).toMatchObject({ rule: undefined, trusted: false, permitsExecutable: false });
    expect(decision.signatures[0]).toMatchObject({ state: "stranger" });
  });

  test("a rule that permits nothing lets no code run", async () => {
    const decision = await decide([await signed(one)], { rules: [{ ...RULE, permitsExecutable: false }] });
    expect(decision).toMatchObject({ trusted: true, permitsExecutable: false });
  });

  test("signatures may lie beside each other, each unknown to the other", async () => {
    const signatures = [
      await signed(one, "1.sig"),
      await signed(two, "2.sig"),
      await signed(stranger, "3.sig"),
      keyless(),
    ];
    const decision = await decide(signatures, { rules: [{ ...RULE, threshold: 3 }] });
    expect(decision).toMatchObject({ trusted: true, counted: 3 });
    expect(decision.signatures.map(({ state }) => state)).toEqual(["counts", "counts", "stranger", "counts"]);
  });

  test.each<[string, () => Promise<FoundSignature[]>]>([
    ["one signer twice", async () => [await signed(one, "1.sig"), await signed(one, "2.sig")]],
    ["a signer and a stranger", async () => [await signed(one, "1.sig"), await signed(stranger, "2.sig")]],
    ["nobody", async () => await Promise.resolve([])],
  ])("two signers are not %s", async (_name, signatures) => {
    const decision = await decide(await signatures(), { rules: [{ ...RULE, threshold: 2 }] });
    expect(decision).toMatchObject({ trusted: false, permitsExecutable: false });
  });

  test("one key under two names is one signer", async () => {
    const signers = [known("one", one), known("two", one)];
    const decision = await decide([await signed(one)], {
      signers,
      rules: [{ ...RULE, signers: ["one", "two"], threshold: 2 }],
    });
    expect(decision).toMatchObject({ counted: 1, trusted: false });
  });

  test.each<[string, { path: string; sha256: string }[], string]>([
    [
      "changed",
      [
        { path: "MLmodel", sha256: "e".repeat(64) },
        { path: "model.pkl", sha256: "b".repeat(64) },
      ],
      "MLmodel is changed",
    ],
    ["missing", FILES.slice(1), "MLmodel is missing"],
    ["added", [...FILES, { path: "code/x.py", sha256: "e".repeat(64) }], "code/x.py is not signed"],
    [
      "added at the root with a signature's name",
      [...FILES, { path: "x.sig", sha256: "e".repeat(64) }],
      "x.sig is not signed",
    ],
    [
      "swapped",
      [
        { path: "MLmodel", sha256: "b".repeat(64) },
        { path: "model.pkl", sha256: "a".repeat(64) },
      ],
      "MLmodel is swapped",
    ],
  ])("a file that was %s after signing is an alarm", async (_name, files, reason) => {
    const decision = await decide([await signed(one)], {}, files);
    expect(decision).toMatchObject({
      trusted: false,
      permitsExecutable: false,
      refusal: { kind: "tampered" },
    });
    expect(decision.refusal?.reason).toContain(reason);
  });

  test("what the signature says was ignored is not ignored", async () => {
    const files = [...FILES, { path: "evil.py", sha256: "e".repeat(64) }];
    const decision = await decide([await signed(one, "model.sig", manifest(FILES, ["evil.py"]))], {}, files);
    expect(decision.refusal).toMatchObject({ kind: "tampered" });
  });

  test("a file that only looks like a signature counts as any other", async () => {
    const decoy: FoundSignature = { path: "x.sig", content: new SigningError("bundle-malformed", "no JSON") };
    const decision = await decide([await signed(one), decoy]);
    expect(decision).toMatchObject({ trusted: false, refusal: { kind: "tampered" } });
  });

  test("an old signature beside a good one does no harm", async () => {
    const old = await signed(two, "old.sig", manifest(FILES.slice(1)));
    expect(await decide([old, await signed(one)])).toMatchObject({ trusted: true, refusal: undefined });
  });

  test("a signature that is required must be there", async () => {
    const rules = [{ ...RULE, requiresSignature: true }];
    expect(await decide([], { rules })).toMatchObject({ refusal: { kind: "unsigned" } });
    expect(await decide([await signed(stranger)], { rules })).toMatchObject({
      refusal: { kind: "unsigned" },
    });
    expect(await decide([await signed(one)], { rules })).toMatchObject({ refusal: undefined });
  });
});

describe("time and revocation", () => {
  test.each<[string, Partial<TrustedSigner>, boolean]>([
    ["until tomorrow", { until: new Date("2026-06-02T00:00:00Z") }, true],
    ["until yesterday", { until: new Date("2026-05-31T00:00:00Z") }, false],
    ["from yesterday", { from: new Date("2026-05-31T00:00:00Z") }, true],
    ["from tomorrow", { from: new Date("2026-06-02T00:00:00Z") }, false],
  ])("a key trusted %s", async (_name, span, counts) => {
    const decision = await decide([await signed(one)], {
      signers: [known("one", one, span), known("two", two), ADA],
    });
    expect(decision.trusted).toBe(counts);
    if (!counts) expect(decision.signatures[0]).toMatchObject({ state: "out-of-time" });
  });

  test("in a transition the old key and the new one count", async () => {
    const signers = [known("one", one, { until: new Date("2026-07-01T00:00:00Z") }), known("two", two), ADA];
    for (const by of [one, two]) expect((await decide([await signed(by)], { signers })).trusted).toBe(true);
  });

  test.each([
    ["key, for ever", { kind: "key", fingerprint: publicKeyOf(one.publicKey, "k").fingerprint }, false],
    [
      "key, since yesterday",
      {
        kind: "key",
        fingerprint: publicKeyOf(one.publicKey, "k").fingerprint,
        since: new Date("2026-05-31"),
      },
      false,
    ],
    [
      "key, from tomorrow on",
      {
        kind: "key",
        fingerprint: publicKeyOf(one.publicKey, "k").fingerprint,
        since: new Date("2026-06-02"),
      },
      true,
    ],
    ["other key", { kind: "key", fingerprint: publicKeyOf(two.publicKey, "k").fingerprint }, true],
  ] as const)("a revoked %s", async (_name, revocation, counts) => {
    expect((await decide([await signed(one)], { revoked: [revocation] })).trusted).toBe(counts);
  });

  test("an identity that is revoked since a day: what was logged before still counts", async () => {
    const revoke = (since: Date) =>
      decide([keyless()], {
        revoked: [{ kind: "identity", identity: ADA.identity, issuer: ADA.issuer, since }],
      });
    expect((await revoke(new Date(SIGNED_AT.getTime() + 3_600_000))).trusted).toBe(true);
    const late = await revoke(new Date(SIGNED_AT.getTime() - 3_600_000));
    expect(late).toMatchObject({ trusted: false, signatures: [{ state: "revoked" }] });
  });

  test.each([
    ["of a file", "a".repeat(64)],
    ["of the model", "d".repeat(64)],
  ])("a revoked digest %s refuses it whoever signed", async (_name, sha256) => {
    const decision = await decide([await signed(one)], {
      revoked: [{ kind: "digest", sha256, reason: "backdoor" }],
    });
    expect(decision).toMatchObject({ permitsExecutable: false, refusal: { kind: "revoked" } });
    expect(decision.refusal?.reason).toContain("backdoor");
  });

  test("an identity is compared letter for letter", async () => {
    for (const identity of ["ada@example.co", "Ada@example.com", ".*", "ada@example.com.evil.test"]) {
      expect(
        (await decide([keyless()], { signers: [{ ...ADA, identity }, known("one", one)] })).trusted,
      ).toBe(false);
    }
  });
});

describe("rules", () => {
  const subject = { uri: "models:/acme.vision.cats@champion", name: "acme.vision.cats", alias: "champion" };
  test.each<[Partial<TrustRule>, boolean]>([
    [{}, true],
    [{ models: ["acme.vision.cats"] }, true],
    [{ models: ["acme.*"] }, true],
    [{ models: ["acme"] }, false],
    [{ models: ["*.dogs"] }, false],
    [{ namespaces: ["acme"] }, true],
    [{ namespaces: ["acme.vision"] }, true],
    [{ namespaces: ["acme.vis"] }, false],
    [{ aliases: ["champion"] }, true],
    [{ aliases: ["champ*"] }, false],
    [{ models: ["*"], aliases: ["challenger"] }, false],
    [{ uris: ["models:/acme.*"] }, true],
    [{ uris: ["runs:/*"] }, false],
  ])("%o", (selectors, fits) => {
    expect(ruleFor([{ ...RULE, ...selectors }], subject) !== undefined).toBe(fits);
  });

  test("a model that is not registered fits no rule for registered ones", () => {
    expect(ruleFor([{ ...RULE, models: ["*"] }], { uri: "/models/x" })).toBeUndefined();
  });

  test("the first that fits decides", () => {
    const rules = [
      { ...RULE, name: "a", models: ["x"] },
      { ...RULE, name: "b" },
      { ...RULE, name: "c" },
    ];
    expect(ruleFor(rules, subject)?.name).toBe("b");
  });

  test.each([
    ["*", "", true],
    ["a*b", "ab", true],
    ["a*b", "aXXb", true],
    ["ab*ba", "aba", false],
    ["a*b*c", "a-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["a.c", "abc", false],
    ["a", "A", false],
  ])("%s and %s", (pattern, text, fits) => {
    expect(matchesPattern(pattern, text)).toBe(fits);
  });
});
