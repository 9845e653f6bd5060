import { generateKeyPairSync } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  certificate,
  CODE_SIGNING,
  EXTENSION,
  newPair,
  pemOf,
} from "../../packages/signing/testing/certificates.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { modelkeep, reference, referencePython, referenceScript } from "./signing-world.ts";

// Interoperability with the reference tool, both ways, and where we are stricter on purpose.

let python: string;
beforeAll(() => {
  python = referencePython();
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-interop-"));
  write("m/MLmodel", "flavors: {}\n");
  write("m/model.pkl", "weights");
  write("m/code/a.py", "a = 1");
  write("m/code/b ü'\".py", "b = 2");
  write("m/empty", "");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function keyPair(curve: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
  write("key.pem", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  write("key.pub", publicKey.export({ type: "spki", format: "pem" }).toString());
}

/** root, intermediate and leaf; the leaf is valid as given. */
function chain(notBefore: Date, notAfter: Date): void {
  const [root, middle, leaf] = [newPair(), newPair(), newPair()];
  const authority = { notBefore: new Date("2020-01-01"), notAfter: new Date("2100-01-01") };
  const ca = [EXTENSION.ca(), EXTENSION.keyUsage(0x04)];
  write("root.pem", pemOf(certificate({ subject: "root", key: root, extensions: ca, ...authority })));
  write(
    "middle.pem",
    pemOf(
      certificate({
        subject: "middle",
        key: middle,
        issuer: "root",
        issuerKey: root,
        extensions: ca,
        ...authority,
      }),
    ),
  );
  const extensions = [EXTENSION.notCa, EXTENSION.keyUsage(0x80), EXTENSION.extendedKeyUsage(CODE_SIGNING)];
  write(
    "leaf.pem",
    pemOf(
      certificate({
        subject: "leaf",
        key: leaf,
        issuer: "middle",
        issuerKey: middle,
        extensions,
        notBefore,
        notAfter,
      }),
    ),
  );
  write("key.pem", leaf.export({ type: "pkcs8", format: "pem" }).toString());
}

type Program = (...argv: string[]) => { status: number | null; output: string };
const ours: Program = (...argv) => modelkeep(folder, ...argv);
const theirs: Program = (...argv) => reference(python, folder, ...argv);

const signKey = ["sign", "key", "m", "--private_key", "key.pem", "--signature", "m.sig"];
const verifyKey = ["verify", "key", "m", "--public_key", "key.pub", "--signature", "m.sig"];

describe.each([
  ["modelkeep → reference", ours, theirs],
  ["reference → modelkeep", theirs, ours],
] as const)("%s", (_, signer, verifier) => {
  test.each(["P-256", "P-384", "P-521"])("by a %s key; a changed file is found", (curve) => {
    keyPair(curve);
    expect(signer(...signKey)).toMatchObject({ status: 0 });
    expect(verifier(...verifyKey)).toMatchObject({ status: 0 });
    appendFileSync(join(folder, "m/code/a.py"), "\nimport os");
    expect(verifier(...verifyKey)).toMatchObject({
      status: 1,
      output: expect.stringContaining("a.py") as unknown,
    });
  });

  test("a single file, and a signature that lies in the model", () => {
    keyPair("P-256");
    const single = ["m/model.pkl", "--signature", "one.sig"];
    expect(signer("sign", "key", ...single, "--private_key", "key.pem")).toMatchObject({ status: 0 });
    expect(verifier("verify", "key", ...single, "--public_key", "key.pub")).toMatchObject({ status: 0 });
    const inside = ["m", "--signature", "m/model.sig"];
    expect(signer("sign", "key", ...inside, "--private_key", "key.pem")).toMatchObject({ status: 0 });
    expect(verifier("verify", "key", ...inside, "--public_key", "key.pub")).toMatchObject({ status: 0 });
  });

  test("ignored paths, git's files and links, under the same options", () => {
    keyPair("P-256");
    write("m/notes.txt", "x");
    write("m/.git/config", "x");
    write("m/.gitattributes", "x");
    write("m/.github/x.yml", "x");
    symlinkSync("model.pkl", join(folder, "m/link.pkl"));
    const options = ["--ignore-paths", "m/notes.txt", "--ignore-git-paths", "--allow_symlinks"];
    expect(signer(...signKey, ...options)).toMatchObject({ status: 0 });
    expect(verifier(...verifyKey, ...options)).toMatchObject({ status: 0 });
    const all = ["--no-ignore-git-paths", "--allow_symlinks"];
    expect(signer(...signKey, ...all)).toMatchObject({ status: 0 });
    expect(verifier(...verifyKey, ...all)).toMatchObject({ status: 0 });
    appendFileSync(join(folder, "m/.github/x.yml"), "y");
    expect(verifier(...verifyKey, ...all)).toMatchObject({ status: 1 });
  });

  test("unsigned files are passed over on request", () => {
    keyPair("P-256");
    expect(signer(...signKey)).toMatchObject({ status: 0 });
    write("m/unsigned.txt", "x");
    expect(verifier(...verifyKey)).toMatchObject({ status: 1 });
    expect(verifier(...verifyKey, "--ignore_unsigned_files")).toMatchObject({ status: 0 });
  });

  test("by a certificate", () => {
    chain(new Date("2020-01-01"), new Date("2100-01-01"));
    const way = [
      "--signing_certificate",
      "leaf.pem",
      "--certificate_chain",
      "middle.pem",
      "--certificate_chain",
      "root.pem",
    ];
    expect(
      signer("sign", "certificate", "m", "--private_key", "key.pem", ...way, "--signature", "m.sig"),
    ).toMatchObject({ status: 0 });
    const verify = ["verify", "certificate", "m", "--signature", "m.sig", "--certificate_chain"];
    expect(verifier(...verify, "root.pem", "--log_fingerprints")).toMatchObject({ status: 0 });
    write("other.pem", pemOf(certificate({ subject: "root", key: newPair(), extensions: [EXTENSION.ca()] })));
    expect(verifier(...verify, "other.pem")).toMatchObject({ status: 1 });
  });
});

const VERIFY_HASHED = `
import pathlib, sys
import model_signing
hashing = model_signing.hashing.Config()
method, algorithm = sys.argv[1:]
if method == "shards":
    hashing.use_shard_serialization(hashing_algorithm=algorithm, shard_size=3)
else:
    hashing.use_file_serialization(hashing_algorithm=algorithm)
model_signing.verifying.Config().use_elliptic_key_verifier(public_key="key.pub").set_hashing_config(hashing).verify(
    pathlib.Path("m"), pathlib.Path("m.sig"))
`;

describe("every way to hash that modelkeep writes, the reference's library verifies", () => {
  test.each([
    ["files", "sha256", "sha256"],
    ["files", "blake2b", "blake2"],
    ["files", "blake3", "blake3"],
    ["shards", "sha256", "sha256"],
    ["shards", "blake2b", "blake2"],
  ])("%s by %s", (method, hash, called) => {
    keyPair("P-256");
    rmSync(join(folder, "m/empty"));
    const shards = method === "shards" ? ["--shard-size", "3"] : [];
    expect(ours(...signKey, "--hash", hash, ...shards)).toMatchObject({ status: 0 });
    expect(ours(...verifyKey)).toMatchObject({ status: 0 });
    expect(referenceScript(python, folder, VERIFY_HASHED, method, called)).toMatchObject({ status: 0 });
    appendFileSync(join(folder, "m/model.pkl"), "!");
    expect(ours(...verifyKey)).toMatchObject({ status: 1 });
    expect(referenceScript(python, folder, VERIFY_HASHED, method, called)).toMatchObject({ status: 1 });
  });
});

describe("what the reference tool accepts, modelkeep only with --compatible", () => {
  function strictly(...verify: string[]): void {
    expect(theirs(...verify)).toMatchObject({ status: 0 });
    expect(ours(...verify)).toMatchObject({ status: 1 });
    expect(ours(...verify, "--compatible")).toMatchObject({ status: 0 });
  }

  test.each([
    ["an expired leaf", "2020-01-01", "2021-01-01"],
    ["a leaf that is not valid yet", "2090-01-01", "2099-01-01"],
  ])("%s", (_, from, to) => {
    chain(new Date(from), new Date(to));
    const way = ["--signing_certificate", "leaf.pem", "--certificate_chain", "middle.pem"];
    theirs("sign", "certificate", "m", "--private_key", "key.pem", ...way, "--signature", "m.sig");
    strictly("verify", "certificate", "m", "--signature", "m.sig", "--certificate_chain", "root.pem");
  });

  test("an unsigned .github, and ignored paths whose files stay", () => {
    keyPair("P-256");
    theirs(...signKey);
    write("m/.github/workflows/x.yml", "x");
    strictly(...verifyKey);
    rmSync(join(folder, "m/.github"), { recursive: true });
    theirs(...signKey, "--ignore-paths", "m/code");
    appendFileSync(join(folder, "m/code/a.py"), "import os");
    strictly(...verifyKey);
  });

  test("the signature's own ignore list against a caller who wants git's files to count", () => {
    keyPair("P-256");
    theirs(...signKey);
    write("m/.git/config", "x");
    strictly(...verifyKey, "--no-ignore-git-paths");
  });

  test("a second garbage signature", () => {
    keyPair("P-256");
    theirs(...signKey);
    const text = readFileSync(join(folder, "m.sig"), "utf8");
    const changed = text
      .replace(/"signatures":\s*\[/u, "$&")
      .replace(/\]\s*\}\s*\}$/u, ',{"sig":"Z2FyYmFnZQ==","keyid":""}]}}');
    expect(changed).not.toBe(text);
    write("m.sig", changed);
    strictly(...verifyKey);
  });
});

describe("modelkeep verify", () => {
  test("answers 2 where it could not work, with one line that says what to do", () => {
    keyPair("P-256");
    ours(...signKey);
    for (const argv of [
      ["verify", "key", "m", "--signature", "none.sig", "--public-key", "key.pub"],
      ["verify", "key", "m", "--signature", "m.sig", "--public-key", "none.pub"],
      ["verify", "key", "m", "--signature", "m.sig", "--public-key", "m/MLmodel"],
      ["verify", "key", "m", "--signature", "m.sig"],
      ["verify", "key", "--signature", "m.sig", "--public-key", "key.pub"],
      ["verify", "key", "none", "--signature", "m.sig", "--public-key", "key.pub"],
      ["verify", "key", "m", "--signature", "m.sig", "--public-key", "key.pub", "--ignore-paths", "key.pem"],
      ["verify", "key", "m", "--signature", "m.sig", "--public-key", "key.pub", "--nonsense"],
      ["verify", "certificate", "m", "--signature", "m.sig"],
      ["verify", "pkcs11-key", "m"],
      ["sign", "key", "m", "--private-key", "key.pub"],
      ["sign", "pkcs11-key", "m"],
    ]) {
      const { status, output } = ours(...argv);
      expect([argv, status, output]).toEqual([argv, 2, expect.stringMatching(/^modelkeep: .+: .+\n$/u)]);
    }
  });

  test("answers in JSON what it found", () => {
    keyPair("P-256");
    ours(...signKey);
    renameSync(join(folder, "m/model.pkl"), join(folder, "m/evil.pkl"));
    const { status, output } = ours(...verifyKey, "--format", "json");
    expect(status).toBe(1);
    expect(JSON.parse(output.split("\n")[0] ?? "")).toMatchObject({
      verified: false,
      error: { code: "model-mismatch" },
      signers: [{ method: "key", keyType: "P-256" }],
      differences: [
        { kind: "extra", path: "evil.pkl" },
        { kind: "renamed", path: "model.pkl", to: "evil.pkl" },
      ],
    });
  });
});
