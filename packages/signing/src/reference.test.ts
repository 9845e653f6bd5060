import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readBundle } from "./bundle/read.ts";
import { certificateVerifier } from "./methods/certificate.ts";
import { keyVerifier } from "./methods/key.ts";
import { parsePublicKey } from "./methods/public-key.ts";
import { compareModel, type ModelOptions, verifyBundle } from "./verify.ts";
import type { Verifier } from "./verifier.ts";
import { parseCertificates } from "./x509/pem.ts";

// Signatures that the reference tool made, by tools/signing/sign_fixtures.py, over fixtures/model.

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));
const MODEL = join(FIXTURES, "model");
const NOW = new Date("2026-12-01");

const SIGNATURES = readdirSync(join(FIXTURES, "reference"))
  .flatMap((version) =>
    readdirSync(join(FIXTURES, "reference", version)).map((name) => [version, name] as const),
  )
  .filter(([, name]) => name.endsWith(".sig"));

function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, name));
}

function verifierFor(name: string): Verifier {
  if (name.startsWith("certificate")) {
    return certificateVerifier(parseCertificates(fixture("keys/root.pem"), "root"));
  }
  const curve = /p384|p521/u.exec(name)?.[0] ?? "p256";
  return keyVerifier([parsePublicKey(fixture(`keys/${curve}.pub`), curve)]);
}

async function verify(version: string, name: string, options: ModelOptions = {}) {
  const bundle = readBundle(join(FIXTURES, "reference", version, name));
  const { manifest, signers } = await verifyBundle(bundle, verifierFor(name), {
    compatible: false,
    now: NOW,
  });
  const model = name.startsWith("single") ? join(MODEL, "a.txt") : MODEL;
  return { signers, manifest, ...(await compareModel(model, manifest, options)) };
}

/** Relative to the model, an ignored path means nothing before 1.1. */
function ignored(version: string, name: string): readonly string[] {
  const left = name === "ignored.sig" || (name === "ignored-relative.sig" && version >= "1.1");
  return left ? ["sub/b.bin"] : [];
}

describe("signatures of the reference tool", () => {
  test("of six versions are there", () => {
    expect(new Set(SIGNATURES.map(([version]) => version))).toEqual(
      new Set(["0.2.0", "0.3.1", "1.0.0", "1.0.1", "1.1.0", "1.1.1"]),
    );
    expect(SIGNATURES.length).toBe(76);
  });

  test.each(SIGNATURES)("%s %s verifies", async (version, name) => {
    const { differences, signers } = await verify(version, name, { ignorePaths: ignored(version, name) });
    expect(differences).toEqual([]);
    expect(signers).toMatchObject([{ method: name.startsWith("certificate") ? "certificate" : "key" }]);
  });

  test.each(SIGNATURES.filter(([version, name]) => ignored(version, name).length > 0))(
    "%s %s does not verify while the ignored file stays",
    async (version, name) => {
      expect((await verify(version, name)).differences).toEqual([{ kind: "extra", path: "sub/b.bin" }]);
    },
  );

  test("the ways to hash are told apart", async () => {
    const methods = await Promise.all(
      SIGNATURES.map(async ([version, name]) => {
        const { serialization } = (await verify(version, name)).manifest;
        return `${serialization.method} ${serialization.hashType}`;
      }),
    );
    expect(new Set(methods)).toEqual(
      new Set([
        "files sha256",
        "files blake2b",
        "files blake3",
        "shards sha256",
        "shards blake2b",
        "tree sha256",
        "tree blake2b",
      ]),
    );
  });
});
