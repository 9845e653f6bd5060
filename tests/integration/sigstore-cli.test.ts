import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeServices, fakeToken } from "@modelkeep/testkit/sigstore/fake-services";
import { FakeSigstore } from "@modelkeep/testkit/sigstore/fake-sigstore";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const COMMAND = join(ROOT, "packages/modelkeep/dist/main.js");
const ISSUER = "https://accounts.example.com";
const TOKEN = fakeToken({ email: "ada@example.com", email_verified: true, iss: ISSUER });

const world = new FakeSigstore();
let services: FakeServices;
let folder: string;

beforeAll(async () => {
  services = await FakeServices.start(world);
  folder = await mkdtemp(join(tmpdir(), "sigstore-cli-"));
  await cp(join(ROOT, "packages/model-io/fixtures/iris"), join(folder, "model"), { recursive: true });
  const url = services.url.href;
  await writeFile(join(folder, "trust.json"), JSON.stringify(world.trustConfig({ fulcio: url, rekor: url })));
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function run(...argv: readonly string[]): Promise<{ code: number; output: string }> {
  return await new Promise((done) => {
    const env = { PATH: process.env["PATH"], HOME: folder, MODELKEEP_STATE: join(folder, "state") };
    execFile(process.execPath, [COMMAND, ...argv], { cwd: folder, env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

test("the shipped roots are there in whatever way the command starts, and vouch for nobody of ours", async () => {
  const other = join(folder, "other.sig");
  expect(
    await run(
      "sign",
      "sigstore",
      "model",
      "--signature",
      other,
      "--trust-config",
      "trust.json",
      "--identity-token",
      TOKEN,
    ),
  ).toMatchObject({ code: 0 });
  for (const more of [[], ["--use-staging"]]) {
    const who = ["--identity", "ada@example.com", "--identity-provider", ISSUER];
    expect(await run("verify", "sigstore", "model", "--signature", other, ...who, ...more)).toMatchObject({
      code: 1,
      output: expect.stringContaining("certificate chain"),
    });
  }
});

test("signs keyless, verifies with exactly that identity, and is explained by the policy", async () => {
  const signature = join("model", "model.sig");
  const signing = ["--signature", signature, "--trust_config", "trust.json"];
  expect(await run("sign", "sigstore", "model", ...signing)).toMatchObject({ code: 2 });
  expect(await run("sign", "sigstore", "model", ...signing, "--identity_token", TOKEN)).toMatchObject({
    code: 0,
  });
  const verifying = ["verify", "sigstore", "model", ...signing, "--identity_provider", ISSUER];
  expect(await run(...verifying, "--identity", "ada@example.com")).toMatchObject({ code: 0 });
  expect(await run(...verifying, "--identity", "ada@example.co")).toMatchObject({ code: 1 });
  const ada = `{identity: ada@example.com, issuer: "${ISSUER}", trust_config: trust.json}`;
  await writeFile(
    join(folder, "modelkeep.yaml"),
    `trust:\n  signers:\n    ada: {sigstore: ${ada}}\n  rules:\n    - {signers: ada, require: signature}\n`,
  );
  const explained = await run("trust", "explain", "model");
  expect(explained).toMatchObject({ code: 0, output: expect.stringContaining("signed by ada") });
  await writeFile(join(folder, "model", "new.txt"), "new");
  expect(await run("trust", "explain", "model")).toMatchObject({
    code: 1,
    output: expect.stringContaining("new.txt is not signed"),
  });
  expect(await run("predict", "-m", "model", "-i", "trust.json")).toMatchObject({
    code: 1,
    output: expect.stringContaining("changed after it was signed"),
  });
});
