import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeSigstore } from "@modelkeep/testkit/sigstore/fake-sigstore";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTrustConfig, readTrustDocument, shippedRoot } from "./trusted-root.ts";

const world = new FakeSigstore();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trusted-root-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(document: unknown): string {
  const file = join(folder, "trust.json");
  writeFileSync(file, typeof document === "string" ? document : JSON.stringify(document));
  return file;
}

test("both shipped roots name authorities and logs", () => {
  for (const instance of ["production", "staging"] as const) {
    const root = shippedRoot(instance);
    expect(root.certificateAuthorities.length).toBeGreaterThan(0);
    expect(root.tlogs.length).toBeGreaterThan(1);
    expect(root.ctlogs.length).toBeGreaterThan(1);
  }
});

test("a trust configuration and a root alone are read", () => {
  expect(readTrustConfig(write(world.trustConfig())).tlogs).toHaveLength(1);
  expect(readTrustConfig(write(world.trustedRoot())).tlogs).toHaveLength(1);
  expect(readTrustDocument(write(world.trustedRoot())).signingConfig).toBeUndefined();
});

test.each<[string, unknown]>([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["a bundle", world.sign("{}")],
  ["a configuration without a root", { ...world.trustConfig(), trustedRoot: undefined }],
  ["a root without a log", world.trustedRoot({ tlogs: [] })],
  ["a root without an authority", world.trustedRoot({ certificateAuthorities: [] })],
  ["a root without a certificate log", world.trustedRoot({ ctlogs: [] })],
  [
    "a key that is none",
    world.trustedRoot({ tlogs: [{ ...world.log.trusted(), publicKey: { rawBytes: "AAAA" } }] }),
  ],
  [
    "a key given twice",
    '{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": [], "tlogs": []}',
  ],
])("%s is refused", (_name, document) => {
  expect(() => readTrustConfig(write(document))).toThrow(expect.objectContaining({ code: "key-unusable" }));
});

test("a file that is not there is told as such", () => {
  expect(() => readTrustConfig(join(folder, "none.json"))).toThrow(expect.objectContaining({ code: "io" }));
});
