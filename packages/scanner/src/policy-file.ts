import { readFileSync } from "node:fs";
import { isVerdict, ModelkeepError, VERDICTS, type Verdict } from "@modelkeep/findings";
import { nearest } from "@modelkeep/findings/nearest";
import { type AnalysisLimits, DEFAULT_LIMITS } from "@modelkeep/formats";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { findReach } from "./rules/find-reach.ts";

/** A dotted Python name: module and attribute. No wildcard. */
const GLOBAL_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*(?:\.[\p{ID_Start}_][\p{ID_Continue}]*)+$/u;
const KEYS = ["admit", "allow", "limits"] as const;
const LIMIT_KEYS = Object.keys(DEFAULT_LIMITS);
const MAX_BYTES = 2 ** 20;

/**
 * Reads a policy: YAML with `admit` (verdicts), `allow` (exact `module.name`s) and `limits`.
 * @throws {ModelkeepError} `NOT_FOUND`, `CONFIGURATION`
 */
export async function loadPolicy(file: string): Promise<Policy> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelkeepError("NOT_FOUND", `cannot read the policy ${file}: ${reason}`, { cause });
  }
  if (text.length > MAX_BYTES) throw fault(file, `is larger than ${MAX_BYTES} bytes`);
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw fault(file, problem.message.split("\n", 1)[0] ?? "is no YAML");
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw fault(file, "uses aliases, which are not expanded", cause);
  }
  return parsePolicy(data, file);
}

/**
 * Checks a policy that is plain data already.
 * @param where how to call it in messages
 * @throws {ModelkeepError} `CONFIGURATION` names the wrong key or value
 */
export function parsePolicy(data: unknown, where = "policy"): Policy {
  if (data === null || data === undefined) return DEFAULT_POLICY;
  if (!isRecord(data)) throw fault(where, "is no mapping");
  checkKeys(data, KEYS, where);
  return {
    admit: data["admit"] === undefined ? DEFAULT_POLICY.admit : admitted(data["admit"], where),
    allow: data["allow"] === undefined ? DEFAULT_POLICY.allow : allowed(data["allow"], where),
    limits: data["limits"] === undefined ? DEFAULT_POLICY.limits : limits(data["limits"], where),
  };
}

function admitted(value: unknown, where: string): Verdict[] {
  if (!Array.isArray(value)) throw fault(where, "admit is no list of verdicts");
  return value.map((entry: unknown) => {
    if (typeof entry !== "string" || !isVerdict(entry)) {
      throw fault(where, `admit names ${JSON.stringify(entry)}; verdicts are ${VERDICTS.join(", ")}`);
    }
    if (entry === "malicious") throw fault(where, "admit names malicious, which is refused always");
    return entry;
  });
}

function allowed(value: unknown, where: string): ReadonlySet<string> {
  if (!Array.isArray(value)) throw fault(where, "allow is no list of names");
  return new Set(
    value.map((entry: unknown) => {
      if (typeof entry !== "string" || !GLOBAL_NAME.test(entry)) {
        throw fault(
          where,
          `allow names ${JSON.stringify(entry)}; write one exact module.name each, no wildcard`,
        );
      }
      const dot = entry.lastIndexOf(".");
      const reach = findReach(entry.slice(0, dot), entry.slice(dot + 1));
      if (reach !== undefined) throw fault(where, `allow names ${entry}, which ${reach.does}`);
      return entry;
    }),
  );
}

function limits(value: unknown, where: string): Partial<AnalysisLimits> {
  if (!isRecord(value)) throw fault(where, "limits is no mapping");
  checkKeys(value, LIMIT_KEYS, where);
  for (const [key, number] of Object.entries(value)) {
    if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1) {
      throw fault(where, `limits.${key} is no whole number above 0`);
    }
  }
  return value;
}

function checkKeys(data: Readonly<Record<string, unknown>>, known: readonly string[], where: string): void {
  for (const key of Object.keys(data)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    throw fault(
      where,
      `has an unknown key ${JSON.stringify(key)}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    );
  }
}

function fault(where: string, what: string, cause?: unknown): ModelkeepError {
  return new ModelkeepError("CONFIGURATION", `${where} ${what}: see docs/policy.md`, { cause });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
