import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeSigstore } from "@modelkeep/testkit/sigstore/fake-sigstore";
import { SecureMLflowLoader } from "@modelkeep/model-io";
import { parseTrust } from "@modelkeep/model-io/trust/policy-file";
import { hashModel } from "@modelkeep/signing/hash/model";
import { statementOf } from "@modelkeep/signing/manifest/write-statement";
import { keySigner } from "@modelkeep/signing/methods/sign-key";
import { parsePrivateKey } from "@modelkeep/signing/methods/private-key";
import { signManifest } from "@modelkeep/signing/sign";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testPython } from "./model-io-server.ts";

// Models of a real MLflow that bring code: one loads in the sandbox when somebody trusted signed it, and never else.

let folder: string;
const trusted = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
const sigstore = new FakeSigstore();

const pem = (pair: typeof trusted): string =>
  pair.publicKey.export({ type: "spki", format: "pem" }).toString();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trust-"));
  execFileSync(testPython(), [join(import.meta.dirname, "trust_models.py"), folder], { stdio: "pipe" });
  await writeFile(join(folder, "sigstore.json"), JSON.stringify(sigstore.trustConfig()));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A copy of one of the models, signed before or after it is changed. */
async function copyOf(model: string, ...signers: readonly (typeof trusted)[]): Promise<string> {
  const copy = await mkdtemp(join(folder, "copy-"));
  await cp(join(folder, model), copy, { recursive: true });
  for (const [index, signer] of signers.entries()) await sign(copy, signer, `${index}.sig`);
  return copy;
}

async function sign(model: string, pair: typeof trusted, name = "model.sig"): Promise<void> {
  const key = parsePrivateKey(Buffer.from(pair.privateKey.export({ type: "pkcs8", format: "pem" })), "key");
  const ignorePaths = (await readdir(model)).filter((file) => file.endsWith(".sig"));
  const bytes = await signManifest(await hashModel(model, { ignorePaths }), keySigner(key));
  await writeFile(join(model, name), bytes);
}

const POLICY = {
  signers: {
    release: { key: pem(trusted) },
    ada: {
      sigstore: {
        identity: "ada@example.com",
        issuer: "https://accounts.example.com",
        trust_config: "sigstore.json",
      },
    },
  },
  rules: [{ signers: ["release", "ada"], permit: "executable" }],
};

async function predict(model: string, input: typeof FRAME, policy: object = POLICY) {
  await using loader = await SecureMLflowLoader.open({
    sandbox: { python: testPython() },
    trust: parseTrust(policy, "trust", folder),
    cache: false,
  });
  const loaded = await loader.safeLoadModel(model);
  const { predictions } = await loaded.predict(input);
  return { engine: loaded.engine, verdict: loaded.verdict, signer: loaded.signer, predictions };
}

const FRAME = { dataframe_split: { columns: ["x"], data: [[1.5], [2]] } };

describe("a Python function as a model", () => {
  test("is refused unsigned", async () => {
    await expect(predict(await copyOf("function"), FRAME)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringContaining("it is not signed"),
    });
  });

  test("is refused when a stranger signed it", async () => {
    await expect(predict(await copyOf("function", stranger), FRAME)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringContaining("none of the keys"),
    });
  });

  test("predicts in the sandbox when a trusted key signed it", async () => {
    expect(await predict(await copyOf("function", trusted), FRAME)).toMatchObject({
      engine: "sandbox",
      verdict: "executable",
      signer: { name: "release", method: "key", file: "0.sig" },
      predictions: [3, 4],
    });
  });

  test("is refused when its key is revoked or its time is over, and where the rule does not go so far", async () => {
    const model = await copyOf("function", trusted);
    const signers = { ...POLICY.signers, release: { key: pem(trusted), until: "2020-01-01" } };
    for (const policy of [
      { ...POLICY, revoked: [{ key: pem(trusted), reason: "lost" }] },
      { ...POLICY, signers },
      { ...POLICY, rules: [{ signers: ["release"] }] },
      { ...POLICY, rules: [{ ...POLICY.rules[0], threshold: 2 }] },
      { ...POLICY, rules: [{ ...POLICY.rules[0], models: "*" }] },
    ]) {
      await expect(predict(model, FRAME, policy)).rejects.toMatchObject({ code: "NOT_ADMITTED" });
    }
  });

  test("never runs outside of the sandbox", async () => {
    await using loader = await SecureMLflowLoader.open({
      trust: parseTrust(POLICY, "trust", folder),
      cache: false,
    });
    await expect(
      loader.safeLoadModel(await copyOf("function", trusted), { engine: "native" }),
    ).rejects.toMatchObject({
      code: "NOT_ADMITTED",
    });
  });
});

describe("a class in code_paths", () => {
  const CODE = "code/tripled/__init__.py";

  test("predicts in the sandbox when a trusted key signed it, and when an identity did", async () => {
    const model = await copyOf("class", trusted, stranger);
    expect(await predict(model, FRAME)).toMatchObject({ engine: "sandbox", signer: { name: "release" } });
    const keyless = await copyOf("class");
    const statement = statementOf(await hashModel(keyless));
    await writeFile(join(keyless, "model.sig"), JSON.stringify(sigstore.sign(statement)));
    expect(await predict(keyless, FRAME)).toMatchObject({
      predictions: [{ x: 4.5 }, { x: 6 }],
      signer: { name: "ada", method: "sigstore", identity: "ada@example.com" },
    });
  });

  test("is refused when one byte of its code was changed after signing", async () => {
    const model = await copyOf("class", trusted);
    await appendFile(join(model, CODE), "\n");
    await expect(predict(model, FRAME)).rejects.toMatchObject({
      code: "INTEGRITY",
      message: expect.stringContaining(`${CODE} is changed`),
    });
  });

  test("is refused when a file was added after signing, whatever its name", async () => {
    for (const name of ["more.txt", "more.sig"]) {
      const model = await copyOf("class", trusted);
      await writeFile(join(model, name), "more");
      await expect(predict(model, FRAME)).rejects.toMatchObject({ code: "INTEGRITY" });
    }
  });

  test("is refused with the signature of another model", async () => {
    const model = await copyOf("class");
    await cp(join(await copyOf("function", trusted), "0.sig"), join(model, "model.sig"));
    await expect(predict(model, FRAME)).rejects.toMatchObject({ code: "INTEGRITY" });
  });
});
