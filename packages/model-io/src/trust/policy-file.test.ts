import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeSigstore } from "@modelkeep/testkit/sigstore/fake-sigstore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTrust, parseTrust } from "./policy-file.ts";

const PEM = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
const FINGERPRINT = `sha256:${"a".repeat(64)}`;
const WHO = { identity: "ada@example.com", issuer: "https://accounts.example.com" };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trust-file-"));
  writeFileSync(join(folder, "key.pub"), PEM);
  writeFileSync(join(folder, "trust.json"), JSON.stringify(new FakeSigstore().trustConfig()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (data: unknown) => parseTrust(data, "trust", folder);

describe("parseTrust", () => {
  test("nothing said is nobody trusted", () => {
    expect(parse(undefined)).toMatchObject({
      policy: { signers: [], rules: [], revoked: [] },
      baseline: "registered",
    });
  });

  test("reads signers, rules, revocations", () => {
    const { policy, baseline } = parse({
      signers: {
        file: { key: "key.pub", from: "2026-01-01", until: "2026-12-31" },
        inline: { key: PEM },
        finger: { key: FINGERPRINT },
        ada: { sigstore: { ...WHO, trust_config: "trust.json" } },
        bob: { sigstore: WHO },
      },
      rules: [
        {
          models: "a",
          signers: ["file", "ada"],
          threshold: 2,
          permit: "executable",
          require: ["signature"],
          uris: "./m/*",
        },
      ],
      revoked: [{ digest: FINGERPRINT, since: "2026-02-03T04:05:06Z", reason: "why" }, WHO],
      baseline: false,
    });
    expect(policy.signers.map(({ method }) => method)).toEqual(["key", "key", "key", "sigstore", "sigstore"]);
    expect(policy.signers[0]).toMatchObject({
      from: new Date("2026-01-01T00:00:00.000Z"),
      until: new Date("2026-12-31T23:59:59.999Z"),
    });
    expect(policy.rules).toMatchObject([
      {
        name: "rule 1",
        models: ["a"],
        threshold: 2,
        permitsExecutable: true,
        requiresSignature: true,
        uris: [join(folder, "m/*")],
      },
    ]);
    expect(policy.revoked).toMatchObject([{ kind: "digest", sha256: "a".repeat(64) }, { kind: "identity" }]);
    expect(baseline).toBe("off");
  });

  const signer = { s: { key: PEM } };
  test.each<[string, unknown, RegExp]>([
    ["a typing error", { signer: {} }, /unknown key "signer"; did you mean signers\?/u],
    [
      "one in a rule",
      { signers: signer, rules: [{ signers: "s", permits: "executable" }] },
      /rules\[0\].*did you mean permit\?/u,
    ],
    ["one in a signer", { signers: { s: { kye: PEM } } }, /trust\.signers\.s .*did you mean key\?/u],
    [
      "one in an identity",
      { signers: { s: { sigstore: { ...WHO, isuer: "x" } } } },
      /did you mean issuer\?/u,
    ],
    ["a prototype's name", JSON.parse('{"__proto__": 1}'), /unknown key "__proto__"/u],
    ["a signer with two methods", { signers: { s: { key: PEM, sigstore: WHO } } }, /exactly one of/u],
    ["a signer with none", { signers: { s: {} } }, /exactly one of/u],
    ["a key that is not there", { signers: { s: { key: "none.pub" } } }, /cannot be used/u],
    ["a private key", { signers: { s: { key: "trust.json" } } }, /not one public key/u],
    ["an identity without issuer", { signers: { s: { sigstore: { identity: "x" } } } }, /has no issuer/u],
    ["a certificate for anybody", { signers: { s: { certificate: { roots: "key.pub" } } } }, /certificate/u],
    ["no such day", { signers: { s: { key: PEM, until: "2026-02-31" } } }, /no date/u],
    [
      "a time that ends first",
      { signers: { s: { key: PEM, from: "2026-02-02", until: "2026-01-01" } } },
      /before it begins/u,
    ],
    ["a rule without signers", { rules: [{}] }, /names no signers/u],
    ["a rule of an unknown signer", { signers: signer, rules: [{ signers: ["t"] }] }, /"t", who is none/u],
    [
      "a threshold too high",
      { signers: signer, rules: [{ signers: ["s", "s"], threshold: 2 }] },
      /names fewer/u,
    ],
    ["no threshold", { signers: signer, rules: [{ signers: ["s"], threshold: 0 }] }, /above 0/u],
    ["an empty selector", { signers: signer, rules: [{ signers: ["s"], models: [] }] }, /empty list/u],
    [
      "another permission",
      { signers: signer, rules: [{ signers: ["s"], permit: "malicious" }] },
      /may only be executable/u,
    ],
    [
      "another requirement",
      { signers: signer, rules: [{ signers: ["s"], require: "prayer" }] },
      /may only be signature/u,
    ],
    ["a short digest", { revoked: [{ digest: "sha256:abc" }] }, /64 hexadecimal/u],
    ["an issuer of a key", { revoked: [{ key: FINGERPRINT, issuer: "x" }] }, /only an identity/u],
    ["another baseline", { baseline: "sometimes" }, /choose registered, all, off/u],
    ["a list", [], /no mapping/u],
  ])("refuses %s", (_name, data, message) => {
    expect(() => parse(data)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", message: expect.stringMatching(message) }),
    );
  });

  test("a file is read with its own folder as the place of keys", () => {
    const file = join(folder, "modelkeep.yaml");
    writeFileSync(file, "scan: {jobs: 2}\ntrust:\n  signers:\n    s: {key: key.pub}\n");
    expect(loadTrust(file).policy.signers).toHaveLength(1);
    writeFileSync(file, "trust: {signers: {}, signers: {}}\n");
    expect(() => loadTrust(file)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  });
});
