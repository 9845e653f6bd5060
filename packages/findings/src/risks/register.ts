import { posix } from "node:path";
import { ModelkeepError } from "../error.ts";
import { nearest } from "../nearest.ts";
import { isDate } from "./date.ts";

/** A finding that somebody answers for, until a day. */
export interface AcceptedRisk {
  /** A rule's id or name, an advisory's id, or the fingerprint of one finding. */
  readonly id: string;
  /** Where: paths, folders, or patterns with `*`, `**` and `?`. */
  readonly paths: readonly string[];
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  readonly expires: string;
  /** The register's file, as shown. */
  readonly file: string;
  /** Of its entry in that file, from 1. */
  readonly line: number;
}

/** Where a list of entries stands. */
export interface RegisterPlace {
  readonly file: string;
  /** Of the list: `accepted`, `audit.accepted`. */
  readonly key: string;
  /** Line of an entry (from 0), where the reader of the file knows it. */
  readonly lineOf?: (index: number) => number;
}

/** What a register is asked about. */
export interface Risky {
  /** All names that an entry may call it by: rule id, rule name, advisory ids, fingerprint. */
  readonly ids: readonly string[];
  readonly path: string;
}

export const RISK_KEYS = ["id", "paths", "reason", "owner", "expires"] as const;

const MOST = 10_000;

/**
 * Checks a register that is plain data already. Every key of every entry is required: an acceptance without a reason, an
 * owner or an end is a hole that nobody remembers.
 * @param data a list of entries, as `audit.accepted` of `modelkeep.yaml`
 * @throws {ModelkeepError} `CONFIGURATION` names the entry, and what is wrong with it
 */
export function checkRisks(data: unknown, place: RegisterPlace): readonly AcceptedRisk[] {
  const where = `${place.file}: ${place.key}`;
  if (data === undefined || data === null) return [];
  if (!Array.isArray(data)) throw fault(where, "is no list");
  if (data.length > MOST) throw fault(where, `has more than ${MOST} entries`);
  return data.map((entry: unknown, index) => {
    const line = place.lineOf?.(index) ?? 1;
    return { ...riskOf(entry, `${where}[${index}]`), file: place.file, line };
  });
}

/**
 * Checks a register's own file: a mapping whose one key is `accepted`.
 * @throws {ModelkeepError} `CONFIGURATION`
 */
export function checkRiskFile(
  data: unknown,
  file: string,
  lineOf?: RegisterPlace["lineOf"],
): readonly AcceptedRisk[] {
  if (data === undefined || data === null) return [];
  if (!isRecord(data)) throw fault(file, "is no mapping with the key accepted");
  for (const key of Object.keys(data)) {
    if (key !== "accepted")
      throw fault(file, `has an unknown key ${JSON.stringify(key)}; the key is accepted`);
  }
  return checkRisks(data["accepted"], { file, key: "accepted", ...(lineOf === undefined ? {} : { lineOf }) });
}

function riskOf(entry: unknown, where: string): Omit<AcceptedRisk, "file" | "line"> {
  if (!isRecord(entry)) throw fault(where, "is no mapping");
  for (const key of Object.keys(entry)) {
    if ((RISK_KEYS as readonly string[]).includes(key)) continue;
    const meant = nearest(key, RISK_KEYS);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw fault(where, `has an unknown key ${JSON.stringify(key)}${hint}`);
  }
  const expires = textOf(entry, "expires", where);
  if (!isDate(expires)) throw fault(where, `expires is no day of the form YYYY-MM-DD`);
  return {
    id: textOf(entry, "id", where),
    paths: pathsOf(entry["paths"], where),
    reason: textOf(entry, "reason", where),
    owner: textOf(entry, "owner", where),
    expires,
  };
}

function textOf(entry: Readonly<Record<string, unknown>>, key: string, where: string): string {
  const value = entry[key];
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  throw fault(where, value === undefined ? `has no ${key}, which is required` : `${key} is no text`);
}

function pathsOf(value: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const paths = list.filter((path) => typeof path === "string" && path.trim() !== "");
  if (value === undefined) throw fault(where, "has no paths, which is required");
  if (paths.length === 0 || paths.length < list.length) throw fault(where, "paths is no list of paths");
  return paths.map((path) => posix.normalize(String(path).trim()).replace(/^\.\/|\/+$/gu, ""));
}

/** Whether an entry speaks of a finding; of its date it says nothing. */
export function covers(risk: AcceptedRisk, { ids, path }: Risky): boolean {
  return ids.some((id) => id.toLowerCase() === risk.id.toLowerCase()) && isAmong(path, risk.paths);
}

/** Whether a path is one of, or below one of, or fits one of the patterns of an entry. */
export function isAmong(path: string, patterns: readonly string[]): boolean {
  const plain = path.replace(/^\.\//u, "");
  return patterns.some((pattern) => pattern === "." || plain === pattern || inside(plain, pattern));
}

function inside(path: string, pattern: string): boolean {
  return path.startsWith(`${pattern}/`) || posix.matchesGlob(path, pattern);
}

/** Whether an entry no longer holds on a day (`YYYY-MM-DD`); on its last day it does. */
export function isExpired(risk: AcceptedRisk, today: string): boolean {
  return risk.expires < today;
}

function fault(where: string, what: string): ModelkeepError {
  return new ModelkeepError(
    "CONFIGURATION",
    `${where} ${what}: each accepted risk needs id, paths, reason, owner and expires`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
