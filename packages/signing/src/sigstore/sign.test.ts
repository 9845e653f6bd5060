import { FakeServices, fakeToken } from "@modelkeep/testkit/sigstore/fake-services";
import { FakeSigstore } from "@modelkeep/testkit/sigstore/fake-sigstore";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseBundle } from "../bundle/parse.ts";
import { parseStrictJson } from "../json/strict.ts";
import { isJsonObject, type JsonObject } from "../json/value.ts";
import { ambientToken, identityToken } from "./identity-token.ts";
import { servicesOf } from "./services.ts";
import { sigstoreSigner } from "./sign.ts";
import { trustMaterialOf } from "./trusted-root.ts";
import { verifySigstore } from "./verify.ts";

const world = new FakeSigstore();
const ADA = { email: "ada@example.com", email_verified: true, iss: "https://accounts.example.com" };
const JWT = fakeToken(ADA);

function json(document: object): JsonObject {
  const value = parseStrictJson(Buffer.from(JSON.stringify(document)), "test");
  return isJsonObject(value) ? value : new Map();
}

const root = trustMaterialOf(json(world.trustedRoot()));
let services: FakeServices;
beforeAll(async () => {
  services = await FakeServices.start(world);
});
afterAll(async () => await services[Symbol.asyncDispose]());
beforeEach(() => {
  services.spoil = () => undefined;
});

async function sign(token = identityToken(JWT), more: Partial<Parameters<typeof sigstoreSigner>[0]> = {}) {
  const signing = { token, services: { fulcio: services.url, rekor: services.url }, root, ...more };
  return await sigstoreSigner(signing).sign("application/vnd.in-toto+json", Buffer.from("{}"));
}

describe("a keyless signature", () => {
  test("is certified, logged, and verifies", async () => {
    const document = await sign();
    const signer = verifySigstore(parseBundle(Buffer.from(JSON.stringify(document))), root);
    expect(signer).toMatchObject({ identity: ADA.email, issuer: ADA.iss });
  });

  test.each<[string, (entry: Record<string, unknown>) => void]>([
    ["of another time", (entry) => (entry["integratedTime"] = 1)],
    ["without a proof", (entry) => (entry["verification"] = {})],
    ["of another body", (entry) => (entry["body"] = Buffer.from("{}").toString("base64"))],
    ["that is no number", (entry) => (entry["logIndex"] = "1")],
  ])("is not handed out with a log entry %s", async (_name, spoil) => {
    services.spoil = spoil;
    await expect(sign()).rejects.toMatchObject({ name: "SigningError" });
  });

  test("is not handed out when the given root does not vouch for it", async () => {
    const other = trustMaterialOf(json(new FakeSigstore().trustedRoot()));
    await expect(sign(identityToken(JWT), { root: other })).rejects.toMatchObject({
      code: "certificate-invalid",
    });
  });

  test("needs proof that the key is held by whom the token names", async () => {
    await expect(sign({ jwt: JWT, subject: "eve@example.com" })).rejects.toMatchObject({
      code: "io",
      message: expect.stringContaining("proof of possession"),
    });
  });

  test("is refused by name when a service is not there", async () => {
    const nobody = { fulcio: new URL("http://127.0.0.1:1"), rekor: services.url };
    await expect(sign(identityToken(JWT), { services: nobody })).rejects.toMatchObject({ code: "io" });
  });
});

describe("identity tokens", () => {
  test("name a verified mail address, else a subject", () => {
    expect(identityToken(JWT).subject).toBe(ADA.email);
    expect(identityToken(fakeToken({ sub: "repo:acme/models" })).subject).toBe("repo:acme/models");
  });

  test.each([
    ["nonsense", "x"],
    ["no JSON", "a.b.c"],
    ["nobody", fakeToken({})],
    ["an address that nobody verified", fakeToken({ email: "eve@example.com", email_verified: false })],
  ])("are refused when they are or name %s", (_name, jwt) => {
    expect(() => identityToken(jwt)).toThrow(expect.objectContaining({ code: "key-unusable" }));
  });

  test("come from the environment, or are missed by name", async () => {
    expect(await ambientToken("sigstore", { SIGSTORE_ID_TOKEN: JWT })).toMatchObject({ subject: ADA.email });
    await expect(ambientToken("sigstore", {})).rejects.toMatchObject({ code: "key-unusable" });
  });
});

describe("a trust configuration's services", () => {
  const now = new Date("2026-06-01T00:00:00Z");
  const service = (url: string, more: object = {}) => ({ url, majorApiVersion: 1, ...more });
  const config = (rekor: object[]) => json({ caUrls: [service("https://f.test")], rekorTlogUrls: rekor });

  test("are the first in force that speak version 1", () => {
    const { rekor } = servicesOf(
      config([
        service("https://two.test", { majorApiVersion: 2 }),
        service("https://past.test", { validFor: { end: "2026-01-01T00:00:00Z" } }),
        service("https://now.test", { validFor: { start: "2026-01-01T00:00:00Z" } }),
      ]),
      now,
    );
    expect(rekor.host).toBe("now.test");
  });

  test("are missed by name", () => {
    expect(() => servicesOf(config([service("https://two.test", { majorApiVersion: 2 })]), now)).toThrow(
      /rekorTlogUrls/u,
    );
  });
});
