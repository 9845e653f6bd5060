import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import type { TrustRule } from "@modelkeep/signing/trust/policy";
import { parseDocument } from "yaml";
import { TrustFields } from "./fields.ts";
import { BASELINE_SCOPES, type BaselineScope, NO_TRUST, type Trust } from "./trust.ts";
import { parseRevocation, parseSigner } from "./policy-signers.ts";

export const TRUST_KEYS = ["signers", "rules", "revoked", "baseline"] as const;
export const RULE_KEYS = [
  "name",
  "models",
  "namespaces",
  "aliases",
  "uris",
  "signers",
  "threshold",
  "permit",
  "require",
] as const;

/**
 * Checks a trust section that is plain data already, and reads the keys and certificates that it names.
 * @param where how to call it in messages
 * @param base folder that relative file names count from
 * @throws {ModelkeepError} `CONFIGURATION` names the wrong key or value
 */
export function parseTrust(data: unknown, where = "trust", base = process.cwd()): Trust {
  if (data === undefined || data === null) return NO_TRUST;
  const fields = new TrustFields(data, where, TRUST_KEYS);
  const signers = entriesOf(fields, "signers").map(([name, value]) =>
    parseSigner(name, value, `${where}.signers.${name}`, base),
  );
  const names = new Set(signers.map(({ name }) => name));
  return {
    policy: {
      signers,
      rules: listOf(fields, "rules").map((value, index) =>
        parseRule(value, `${where}.rules[${index}]`, index, names, base),
      ),
      revoked: listOf(fields, "revoked").map((value, index) =>
        parseRevocation(value, `${where}.revoked[${index}]`, base),
      ),
    },
    baseline: baselineOf(fields),
  };
}

/**
 * Reads the trust section of a configuration file; its other sections are not looked at.
 * @throws {ModelkeepError} `CONFIGURATION`
 */
export function loadTrust(file: string): Trust {
  let data: unknown;
  try {
    const document = parseDocument(readFileSync(file, "utf8"), { uniqueKeys: true });
    const [problem] = document.errors;
    if (problem !== undefined) throw problem;
    data = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new ModelkeepError("CONFIGURATION", `${file} cannot be read (${why}): see docs/trust.md`, {
      cause,
    });
  }
  const trust = typeof data === "object" && data !== null && "trust" in data ? data.trust : undefined;
  return parseTrust(trust, `${file} trust`, dirname(resolve(file)));
}

function parseRule(
  value: unknown,
  where: string,
  index: number,
  names: ReadonlySet<string>,
  base: string,
): TrustRule {
  const fields = new TrustFields(value, where, RULE_KEYS);
  const signers = fields.texts("signers") ?? fields.fail("names no signers");
  const stranger = signers.find((name) => !names.has(name));
  if (stranger !== undefined) fields.fail(`names ${JSON.stringify(stranger)}, who is none of the signers`);
  const threshold = fields.count("threshold") ?? 1;
  if (threshold > new Set(signers).size) fields.fail(`wants ${threshold} signers, but names fewer`);
  return {
    name: fields.text("name") ?? `rule ${index + 1}`,
    models: fields.texts("models"),
    namespaces: fields.texts("namespaces"),
    aliases: fields.texts("aliases"),
    uris: fields.texts("uris")?.map((pattern) => absolute(pattern, base)),
    signers,
    threshold,
    permitsExecutable: oneOf(fields, "permit", "executable"),
    requiresSignature: oneOf(fields, "require", "signature"),
  };
}

/** What has no scheme is a folder. */
function absolute(pattern: string, base: string): string {
  return pattern === "*" || /^[a-z][a-z0-9+.-]*:/iu.test(pattern) ? pattern : resolve(base, pattern);
}

function oneOf(fields: TrustFields, key: string, word: string): boolean {
  const words = fields.texts(key) ?? [];
  const other = words.find((one) => one !== word);
  if (other !== undefined) fields.fail(`has ${key}: ${JSON.stringify(other)}, which may only be ${word}`);
  return words.length > 0;
}

function baselineOf(fields: TrustFields): BaselineScope {
  // YAML 1.1 readers take off for false: both mean the same here.
  const text = fields.get("baseline") === false ? "off" : (fields.text("baseline") ?? NO_TRUST.baseline);
  const scope = BASELINE_SCOPES.find((one) => one === text);
  return scope ?? fields.fail(`has baseline: ${JSON.stringify(text)}; choose ${BASELINE_SCOPES.join(", ")}`);
}

function entriesOf(fields: TrustFields, key: string): [string, unknown][] {
  if (!fields.has(key)) return [];
  const value = fields.get(key);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fields.fail(`has ${key} that are no mapping`);
  return Object.entries(value);
}

function listOf(fields: TrustFields, key: string): readonly unknown[] {
  if (!fields.has(key)) return [];
  const value = fields.get(key);
  return Array.isArray(value) ? value : fields.fail(`has ${key} that are no list`);
}
