import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  Model,
  newKey,
  payloadOf,
  signModel,
  signStatement,
  statementDocument,
  verifyModel,
} from "../../testing/world.ts";
import { hashModel } from "../hash/model.ts";
import { keySigner } from "../methods/sign-key.ts";
import { signManifest } from "../sign.ts";
import { rootDigest } from "./resources.ts";

// Statements that are signed, and contradict themselves or name what no file may be called.

const key = newKey();

async function signed() {
  const model = new Model({ "model.pkl": "weights" });
  return {
    model,
    document: await signModel(model.path, key),
    [Symbol.dispose]: () => model[Symbol.dispose](),
  };
}

describe("a signed list of files that no honest signer writes", () => {
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  const weights = digest("weights");

  async function verifyList(
    names: readonly string[],
    compatible = false,
    digests = names.map(() => weights),
  ) {
    const resources = names.map((name, index) => ({ name, digest: digests[index] ?? "" }));
    const document = await signStatement(statementDocument(resources, rootDigest(resources)), key);
    using model = new Model({ "model.pkl": "weights" });
    return (await verifyModel(model.path, document, [key], { compatible })).differences;
  }

  test("the plain list verifies", async () => {
    expect(await verifyList(["model.pkl"])).toEqual([]);
  });

  test("a list of no files is refused: it would verify any folder whose unsigned files are passed over", async () => {
    await expect(verifyList([])).rejects.toThrowError(/lists no files/u);
  });

  test("names that differ by case only are signed in compatible mode, and verified in it", async () => {
    using model = new Model({ "README.md": "1", "readme.md": "2" });
    const manifest = await hashModel(model.path);
    await expect(signManifest(manifest, keySigner(key))).rejects.toMatchObject({ code: "manifest-invalid" });
    const bytes = await signManifest(manifest, keySigner(key), { compatible: true });
    const document: unknown = JSON.parse(Buffer.from(bytes).toString());
    expect((await verifyModel(model.path, document, [key], { compatible: true })).differences).toEqual([]);
    await expect(verifyModel(model.path, document, [key])).rejects.toMatchObject({
      code: "manifest-invalid",
    });
  });

  test("a name listed twice is refused; compatible takes the last, as the reference tool does", async () => {
    const twice = ["model.pkl", "model.pkl"];
    await expect(verifyList(twice)).rejects.toThrowError(/listed twice/u);
    expect(await verifyList(twice, true, [digest("evil"), weights])).toEqual([]);
    expect(await verifyList(twice, true, [weights, digest("evil")])).toEqual([
      { kind: "changed", path: "model.pkl" },
    ]);
  });

  test.each([
    ["an empty name", [""]],
    ["..", ["../model.pkl"]],
    ["an inner ..", ["a/../model.pkl"]],
    ["an absolute path", ["/model.pkl"]],
    ["a backslash", ["a\\model.pkl"]],
    ["a drive", ["C:/model.pkl"]],
    ["a doubled slash", ["a//model.pkl"]],
    ["a dot", ["./model.pkl"]],
    ["a slash at the end", ["model.pkl/"]],
    ["a NUL", ["model.pkl\0.txt"]],
    ["a line break", ["model\n.pkl"]],
    ["depth", ["a/".repeat(200) + "model.pkl"]],
    ["length", ["a".repeat(5000)]],
    ["a file that is a folder as well", ["model.pkl", "model.pkl/x"]],
    ["the model itself beside others", [".", "model.pkl"]],
  ])("%s is refused, in compatible mode too", async (_, names) => {
    for (const compatible of [false, true]) {
      await expect(verifyList(names, compatible)).rejects.toMatchObject({ code: "manifest-invalid" });
    }
  });

  test.each([
    ["case", ["model.pkl", "MODEL.pkl"]],
    ["the case of a folder", ["a/model.pkl", "A/x"]],
    ["normalisation", ["caf\u00e9", "cafe\u0301"]],
    ["width", ["model.pkl", "\uff4dodel.pkl"]],
    ["special case rules", ["stra\u00dfe", "STRASSE"]],
  ])("names that differ by %s only are refused", async (_, names) => {
    await expect(verifyList(names)).rejects.toMatchObject({ code: "manifest-invalid" });
  });

  test.each<[string, (statement: Record<string, unknown>) => Record<string, unknown>, string]>([
    [
      "another root digest",
      (s) => ({ ...s, subject: [{ name: "m", digest: { sha256: weights } }] }),
      "manifest-invalid",
    ],
    ["no root digest", (s) => ({ ...s, subject: [{ name: "m", digest: {} }] }), "manifest-invalid"],
    ["two subjects", (s) => ({ ...s, subject: [1, 2] }), "manifest-invalid"],
    ["no subject", (s) => ({ ...s, subject: [] }), "manifest-invalid"],
    [
      "an unknown predicate",
      (s) => ({ ...s, predicateType: "https://slsa.dev/provenance/v1" }),
      "unsupported",
    ],
    ["an unknown statement", (s) => ({ ...s, _type: "https://in-toto.io/Statement/v0.1" }), "unsupported"],
    ["an unknown field", (s) => ({ ...s, more: 1 }), "manifest-invalid"],
    ["no predicate", ({ predicate: _gone, ...s }) => s, "manifest-invalid"],
  ])("a statement with %s is refused", async (_, change, code) => {
    using world = await signed();
    const document = await signStatement(change(payloadOf(world.document)), key);
    await expect(verifyModel(world.model.path, document, [key])).rejects.toMatchObject({ code });
  });

  test.each([
    ["method", { method: "tensors" }, "unsupported"],
    ["hash", { hash_type: "md5" }, "unsupported"],
    ["hash named like a built-in", { hash_type: "constructor" }, "unsupported"],
    ["shard size for whole files", { shard_size: 10 }, "manifest-invalid"],
    ["shard size", { method: "shards", shard_size: 0 }, "manifest-invalid"],
    ["broken shard size", { method: "shards", shard_size: 1.5 }, "manifest-invalid"],
    ["mixed hash", { hash_type: "blake2b" }, "manifest-invalid"],
    ["flag", { allow_symlinks: "yes" }, "manifest-invalid"],
    ["ignore list", { ignore_paths: [1] }, "manifest-invalid"],
  ])("a serialization with an odd %s is refused", async (_, serialization, code) => {
    const resources = [{ name: "model.pkl", digest: weights }];
    const statement = statementDocument(resources, rootDigest(resources), serialization);
    using model = new Model({ "model.pkl": "weights" });
    await expect(verifyModel(model.path, await signStatement(statement, key), [key])).rejects.toMatchObject({
      code,
    });
  });

  test.each([
    ["too short", weights.slice(2)],
    ["upper case", weights.toUpperCase()],
    ["not hexadecimal", `${weights.slice(1)}g`],
  ])("a digest that is %s is refused", async (_, odd) => {
    await expect(verifyList(["model.pkl"], false, [odd])).rejects.toMatchObject({ code: "manifest-invalid" });
  });
});

describe("shards", () => {
  const method = { method: "shards", hashType: "sha256", shardSize: 3 } as const;
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");

  test("every change of a shard is found, and what is behind the last one", async () => {
    using model = new Model({ "model.pkl": "weights" });
    const document = await signModel(model.path, key, { method });
    expect((await verifyModel(model.path, document, [key])).differences).toEqual([]);
    for (const content of ["weightS", "weights!", "weight", "Weights", "wei", ""]) {
      model.write("model.pkl", content);
      expect((await verifyModel(model.path, document, [key])).differences).not.toEqual([]);
    }
  });

  test.each([
    ["a gap", ["model.pkl:0:3", "model.pkl:6:7"]],
    ["no beginning", ["model.pkl:3:6", "model.pkl:6:7"]],
    ["an overlap", ["model.pkl:0:3", "model.pkl:2:5"]],
    ["a shard twice", ["model.pkl:0:3", "model.pkl:0:3"]],
    ["two ends", ["model.pkl:0:3", "model.pkl:0:2"]],
    ["a short shard inside", ["model.pkl:0:2", "model.pkl:2:5"]],
    ["a shard that is too long", ["model.pkl:0:4"]],
    ["an empty shard", ["model.pkl:0:0"]],
    ["bounds with zeros in front", ["model.pkl:0:03"]],
    ["negative bounds", ["model.pkl:-3:3"]],
    ["huge bounds", ["model.pkl:0:99999999999999999999"]],
    ["no bounds", ["model.pkl"]],
    ["a colon in the name", ["a:b:0:3"]],
  ])("%s is refused", async (_, names) => {
    const resources = names.map((name) => ({ name, digest: digest("wei") }));
    const serialization = { method: "shards", shard_size: 3 };
    const document = await signStatement(
      statementDocument(resources, rootDigest(resources), serialization),
      key,
    );
    using model = new Model({ "model.pkl": "weights" });
    await expect(verifyModel(model.path, document, [key])).rejects.toMatchObject({
      code: "manifest-invalid",
    });
  });

  test("an unsigned empty file is not covered, and said to be extra", async () => {
    using model = new Model({ "model.pkl": "weights" });
    const document = await signModel(model.path, key, { method });
    model.write("__init__.py", "");
    expect((await verifyModel(model.path, document, [key])).differences).toEqual([
      { kind: "extra", path: "__init__.py" },
    ]);
    expect((await verifyModel(model.path, document, [key], { compatible: true })).differences).toEqual([]);
  });
});
