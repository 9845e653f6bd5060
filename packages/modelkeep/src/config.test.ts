import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RULE_KEYS, TRUST_KEYS } from "@modelkeep/model-io/trust/policy-file";
import {
  CERTIFICATE_KEYS,
  REVOKED_KEYS,
  SIGNER_KEYS,
  SIGSTORE_KEYS,
} from "@modelkeep/model-io/trust/policy-signers";
import { RISK_KEYS } from "@modelkeep/findings/risks/register";
import { checkConfig, configFile, readConfig, SHAPE } from "./config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(text: string): string {
  const file = join(folder, "modelkeep.yaml");
  writeFileSync(file, text);
  return file;
}

describe("readConfig", () => {
  test("reads what the file says", async () => {
    const file = write("policy: p.yaml\nscan:\n  format: json\n  jobs: 2\n");
    expect(await readConfig(file)).toEqual({
      policy: "p.yaml",
      scan: { format: "json", jobs: 2 },
      audit: {},
      gateway: {},
      cache: {},
      deps: {},
      sandbox: {},
      loader: {},
      serve: {},
    });
  });

  test("an empty file says nothing", async () => {
    expect(await readConfig(write(""))).toEqual({
      scan: {},
      audit: {},
      gateway: {},
      loader: {},
      sandbox: {},
      cache: {},
      deps: {},
      serve: {},
    });
  });

  test.each([
    ["polcy: x\n", /unknown key "polcy"; did you mean policy\?/u],
    ["scan:\n  fromat: json\n", /unknown key "scan\.fromat"; did you mean scan\.format\?/u],
    ["__proto__: x\n", /unknown key "__proto__"/u],
    ["constructor: x\n", /unknown key "constructor"/u],
    ["audit:\n  fail-on: high\n", /unknown key "audit\.fail-on"; did you mean audit\.fail_on\?/u],
    ["audit:\n  rules: MK2001\n", /audit\.rules is no list/u],
    ["scan: 3\n", /scan is no mapping/u],
    ["serve:\n  models: iris\n", /serve\.models is no mapping of texts/u],
    ["serve:\n  models:\n    iris: 3\n", /serve\.models is no mapping of texts/u],
    ["scan:\n  jobs: two\n", /scan\.jobs is no number/u],
    ["- a\n", /is no mapping/u],
    ["policy: a\npolicy: b\n", /unique/u],
    ["a: [\n", /flow/iu],
    ["policy: &a x\ntracking_uri: *a\n", /aliases/u],
  ])("%j is refused with what is wrong", async (text, message) => {
    await expect(readConfig(write(text))).rejects.toMatchObject({
      code: "CONFIGURATION",
      message: expect.stringMatching(message),
    });
  });
});

describe("configFile", () => {
  test("prefers the working directory, then the user's", () => {
    const env = { XDG_CONFIG_HOME: join(folder, "none") };
    expect(configFile(folder, env)).toBeUndefined();
    const file = write("");
    expect(configFile(folder, env)).toBe(file);
  });
});

test("the published schema knows the same keys and types", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../schema/modelkeep.schema.json", import.meta.url), "utf8"),
  ) as Section;
  expect(flatten(schema)).toEqual(
    [...SHAPE].flatMap(([key, kind]) =>
      typeof kind === "string"
        ? [`${key}: ${kind}`]
        : [...kind].map(([name, inner]) => `${key}.${name}: ${inner}`),
    ),
  );
});

interface Section {
  readonly additionalProperties: boolean | { readonly type: string };
  readonly properties: Record<string, Value>;
}

interface Value {
  readonly type: string;
  readonly additionalProperties: { readonly type: string };
  readonly properties?: Record<string, Value>;
}

function flatten(section: Section, prefix = ""): string[] {
  expect(section.additionalProperties).toBe(false);
  return Object.entries(section.properties).flatMap(([key, value]) => {
    if (value.type === "array") return [`${prefix}${key}: list`];
    if (value.type !== "object") return [`${prefix}${key}: ${value.type}`];
    // Keys of the user's own.
    if (value.properties === undefined) {
      return [`${prefix}${key}: ${value.additionalProperties.type === "string" ? "texts" : "mapping"}`];
    }
    return flatten(value as unknown as Section, `${prefix}${key}.`);
  });
}

test("the published schema knows the keys that the trust policy's reader knows", () => {
  const schema = readFileSync(new URL("../schema/modelkeep.schema.json", import.meta.url), "utf8");
  const { trust } = (JSON.parse(schema) as { properties: { trust: TrustSchema } }).properties;
  expect(Object.keys(trust.properties)).toEqual([...TRUST_KEYS]);
  expect(Object.keys(trust.properties.rules.items.properties)).toEqual([...RULE_KEYS]);
  expect(Object.keys(trust.properties.revoked.items.properties)).toEqual([...REVOKED_KEYS]);
  const signer = trust.properties.signers.additionalProperties.properties;
  expect(Object.keys(signer)).toEqual([...SIGNER_KEYS]);
  expect(Object.keys(signer.certificate.properties)).toEqual([...CERTIFICATE_KEYS]);
  expect(Object.keys(signer.sigstore.properties)).toEqual([...SIGSTORE_KEYS]);
});

test("the published schema knows the keys that the register of accepted risks knows, and requires them", () => {
  const schema = readFileSync(new URL("../schema/modelkeep.schema.json", import.meta.url), "utf8");
  const { items } = (JSON.parse(schema) as { properties: { audit: { properties: { accepted: Items } } } })
    .properties.audit.properties.accepted;
  expect(Object.keys(items.properties)).toEqual([...RISK_KEYS]);
  expect(items.required).toEqual([...RISK_KEYS]);
});

interface Items {
  readonly items: { readonly properties: object; readonly required: readonly string[] };
}

interface Keys {
  readonly properties: object;
}
interface TrustSchema {
  readonly properties: {
    readonly signers: {
      readonly additionalProperties: {
        readonly properties: { readonly certificate: Keys; readonly sigstore: Keys };
      };
    };
    readonly rules: { readonly items: Keys };
    readonly revoked: { readonly items: Keys };
  };
}

test("nothing at all is a configuration", async () => {
  expect(await checkConfig(null, "x")).toEqual({
    scan: {},
    audit: {},
    gateway: {},
    loader: {},
    sandbox: {},
    cache: {},
    deps: {},
    serve: {},
  });
});
