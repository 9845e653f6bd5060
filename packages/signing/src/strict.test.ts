import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { envelopeSignature, Model, newKey, signModel, verifyModel } from "../testing/world.ts";

// Each attack that a strict verifier must see, and what `compatible` lets pass because the reference tool does.

const FILES = { "model.pkl": "weights", "code/a.py": "a = 1", "code/b.py": "b = 2" };
const key = newKey();

async function signed(files: Readonly<Record<string, string>> = FILES) {
  const model = new Model(files);
  return {
    model,
    document: await signModel(model.path, key),
    [Symbol.dispose]: () => model[Symbol.dispose](),
  };
}

describe("a folder that is not what was signed", () => {
  test("verifies when nothing changed", async () => {
    using world = await signed();
    expect((await verifyModel(world.model.path, world.document, [key])).differences).toEqual([]);
  });

  test.each<[string, (model: Model) => void, object]>([
    ["an extra file", (m) => m.write("evil.py", "x"), { kind: "extra", path: "evil.py" }],
    ["an extra empty file", (m) => m.write("__init__.py", ""), { kind: "extra", path: "__init__.py" }],
    ["an extra hidden file", (m) => m.write(".env", "x"), { kind: "extra", path: ".env" }],
    ["a missing file", (m) => rmSync(m.at("model.pkl")), { kind: "missing", path: "model.pkl" }],
    ["a changed byte", (m) => m.write("model.pkl", "Weights"), { kind: "changed", path: "model.pkl" }],
    ["a truncated file", (m) => truncateSync(m.at("model.pkl"), 3), { kind: "changed", path: "model.pkl" }],
    ["a longer file", (m) => m.write("model.pkl", "weights\0"), { kind: "changed", path: "model.pkl" }],
    [
      "swapped files",
      (m) => {
        m.write("code/a.py", "b = 2");
        m.write("code/b.py", "a = 1");
      },
      { kind: "swapped", path: "code/a.py", with: "code/b.py" },
    ],
    [
      "a renamed file",
      (m) => renameSync(m.at("model.pkl"), m.at("Model.pkl")),
      { kind: "renamed", path: "model.pkl", to: "Model.pkl" },
    ],
    [
      "a renamed folder",
      (m) => renameSync(m.at("code"), m.at("code2")),
      { kind: "renamed", path: "code/b.py", to: "code2/b.py" },
    ],
    [
      "an unsigned workflow",
      (m) => m.write(".github/workflows/x.yml", "x"),
      { kind: "extra", path: ".github/workflows/x.yml" },
    ],
    [
      "git's ignore list as a folder of code",
      (m) => m.write(".gitignore/x.py", "x"),
      { kind: "extra", path: ".gitignore/x.py" },
    ],
    ["a nested .git", (m) => m.write("code/.git/x", "x"), { kind: "extra", path: "code/.git/x" }],
  ])("%s is found", async (_, change, difference) => {
    using world = await signed();
    change(world.model);
    const { differences } = await verifyModel(world.model.path, world.document, [key], {
      gitPaths: "repository",
    });
    expect(differences).toContainEqual(difference);
  });

  test("another spelling of a Unicode name is another name", async () => {
    using world = await signed({ "caf\u00e9.txt": "x" });
    renameSync(world.model.at("caf\u00e9.txt"), world.model.at("cafe\u0301.txt"));
    const { differences } = await verifyModel(world.model.path, world.document, [key]);
    expect(differences).toContainEqual({ kind: "renamed", path: "caf\u00e9.txt", to: "cafe\u0301.txt" });
  });

  test("a hard link is a file like any other", async () => {
    using world = await signed();
    linkSync(world.model.at("model.pkl"), world.model.at("again.pkl"));
    const { differences } = await verifyModel(world.model.path, world.document, [key]);
    expect(differences).toEqual([{ kind: "extra", path: "again.pkl" }]);
  });

  test("unsigned files may be passed over on the caller's word, signed ones never", async () => {
    using world = await signed();
    world.model.write("evil.py", "x");
    symlinkSync("/etc/passwd", world.model.at("link"));
    const lenient = { ignoreUnsignedFiles: true };
    expect((await verifyModel(world.model.path, world.document, [key], lenient)).differences).toEqual([]);
    world.model.write("code/a.py", "import os");
    const { differences } = await verifyModel(world.model.path, world.document, [key], lenient);
    expect(differences).toEqual([{ kind: "changed", path: "code/a.py" }]);
  });

  test("git's own files are passed over only where the caller says so", async () => {
    using world = await signed();
    world.model.write(".git/config", "x");
    world.model.write(".gitattributes", "x");
    world.model.write(".github/x.yml", "x");
    const paths = async (gitPaths: "none" | "repository" | "all") =>
      (await verifyModel(world.model.path, world.document, [key], { gitPaths })).differences.map(
        ({ path }) => path,
      );
    expect(await paths("none")).toEqual([".git/config", ".gitattributes", ".github/x.yml"]);
    expect(await paths("repository")).toEqual([".github/x.yml"]);
    expect(await paths("all")).toEqual([]);
  });
});

describe("the signature's own ignore list", () => {
  const ignoring = { ignorePaths: ["code/b.py"], gitPaths: "all" } as const;

  test("does not beat the caller: what it names and is there, is unsigned", async () => {
    using model = new Model({ ...FILES, ".github/x.yml": "x" });
    const document = await signModel(model.path, key, ignoring);
    const strict = await verifyModel(model.path, document, [key]);
    expect(strict.differences.map(({ path }) => path)).toEqual([".github/x.yml", "code/b.py"]);
    expect((await verifyModel(model.path, document, [key], { compatible: true })).differences).toEqual([]);
  });

  test("may name what is gone, or what the caller leaves out too", async () => {
    using model = new Model(FILES);
    const document = await signModel(model.path, key, ignoring);
    expect((await verifyModel(model.path, document, [key], ignoring)).differences).toEqual([]);
    rmSync(model.at("code/b.py"));
    expect((await verifyModel(model.path, document, [key])).differences).toEqual([]);
  });

  test("cannot hide a file that is signed: the caller's leaving out makes it missing", async () => {
    using world = await signed();
    const { differences } = await verifyModel(world.model.path, world.document, [key], {
      ignorePaths: ["code"],
    });
    expect(differences.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      "missing code/a.py",
      "missing code/b.py",
    ]);
  });
});

describe("links and devices", () => {
  test("a link is refused, whether or not the signer allowed links", async () => {
    using model = new Model(FILES);
    symlinkSync("model.pkl", model.at("link.pkl"));
    const document = await signModel(model.path, key, { allowSymlinks: true });
    await expect(verifyModel(model.path, document, [key])).rejects.toMatchObject({ code: "model-refused" });
    const allowed = await verifyModel(model.path, document, [key], { allowSymlinks: true });
    expect(allowed.differences).toEqual([]);
  });

  test("a link that is turned to another file is found", async () => {
    using model = new Model(FILES);
    symlinkSync("code/a.py", model.at("link.py"));
    const document = await signModel(model.path, key, { allowSymlinks: true });
    rmSync(model.at("link.py"));
    symlinkSync("code/b.py", model.at("link.py"));
    const { differences } = await verifyModel(model.path, document, [key], { allowSymlinks: true });
    expect(differences).toEqual([{ kind: "swapped", path: "link.py", with: "code/b.py" }]);
  });

  test.each([
    ["leaves the folder", "/etc/hostname"],
    ["leaves the folder by ..", "../../etc/hostname"],
    ["leads nowhere", "gone"],
    ["leads to itself", "link"],
    ["leads to a folder", "code"],
  ])("a link that %s is never followed", async (_, target) => {
    using world = await signed();
    symlinkSync(target, world.model.at("link"));
    for (const allowSymlinks of [false, true]) {
      await expect(
        verifyModel(world.model.path, world.document, [key], { allowSymlinks }),
      ).rejects.toMatchObject({
        code: "model-refused",
      });
    }
  });

  test("a link to a folder is passed over in compatible mode, as the reference tool does", async () => {
    using world = await signed();
    symlinkSync("code", world.model.at("link"));
    const options = { allowSymlinks: true, compatible: true };
    expect((await verifyModel(world.model.path, world.document, [key], options)).differences).toEqual([]);
  });

  test("a folder replaced by a link to an equal folder is refused", async () => {
    using world = await signed();
    using other = new Model({ "a.py": "a = 1", "b.py": "b = 2" });
    rmSync(world.model.at("code"), { recursive: true });
    symlinkSync(other.path, world.model.at("code"));
    for (const options of [{}, { allowSymlinks: true }, { allowSymlinks: true, compatible: true }]) {
      await expect(verifyModel(world.model.path, world.document, [key], options)).rejects.toMatchObject({
        code: "model-refused",
      });
    }
  });

  test("a pipe is refused and not waited for", async () => {
    using world = await signed();
    execFileSync("mkfifo", [world.model.at("pipe")]);
    await expect(verifyModel(world.model.path, world.document, [key])).rejects.toMatchObject({
      code: "model-refused",
    });
  });

  test.each(["file", "folder"])("a %s whose name is not UTF-8 is refused", async (kind) => {
    using world = await signed();
    const odd = Buffer.concat([Buffer.from(`${world.model.path}/`), Buffer.from([0xff])]);
    if (kind === "file") writeFileSync(odd, "x");
    else mkdirSync(odd);
    await expect(verifyModel(world.model.path, world.document, [key])).rejects.toMatchObject({
      code: "model-refused",
    });
    const options = { ignoreUnsignedFiles: true };
    expect((await verifyModel(world.model.path, world.document, [key], options)).differences).toEqual([]);
  });
});

describe("several signatures", () => {
  test("a second garbage signature is refused; compatible looks at the first only", async () => {
    using world = await signed();
    const { document } = world;
    const garbage = { sig: Buffer.from("garbage").toString("base64"), keyid: "" };
    const signatures = [...document.dsseEnvelope.signatures, garbage];
    const both = { ...document, dsseEnvelope: { ...document.dsseEnvelope, signatures } };
    await expect(verifyModel(world.model.path, both, [key])).rejects.toMatchObject({
      code: "signature-invalid",
    });
    expect((await verifyModel(world.model.path, both, [key], { compatible: true })).differences).toEqual([]);
    const reversed = { ...both, dsseEnvelope: { ...both.dsseEnvelope, signatures: signatures.toReversed() } };
    for (const compatible of [false, true]) {
      await expect(verifyModel(world.model.path, reversed, [key], { compatible })).rejects.toMatchObject({
        code: "signature-invalid",
      });
    }
  });

  test("two keys: each signature must be by a given key, and each given key must have signed", async () => {
    using world = await signed();
    const { document } = world;
    const [second, stranger] = [newKey("P-384"), newKey("Ed25519")];
    const signatures = [...document.dsseEnvelope.signatures, await envelopeSignature(document, second)];
    const both = { ...document, dsseEnvelope: { ...document.dsseEnvelope, signatures } };
    const { signers } = await verifyModel(world.model.path, both, [key, second]);
    expect(signers.map((signer) => signer.method === "key" && signer.keyType)).toEqual(["P-256", "P-384"]);
    for (const keys of [[key], [key, stranger], [key, second, stranger]]) {
      await expect(verifyModel(world.model.path, both, keys)).rejects.toMatchObject({
        code: "signature-invalid",
      });
    }
    await expect(verifyModel(world.model.path, document, [key, second])).rejects.toMatchObject({
      code: "signature-invalid",
    });
  });
});
