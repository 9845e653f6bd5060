import { hash } from "node:crypto";

/** What one row of the audit log says, before it is chained. */
export interface AuditEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** User name, or `-` when nobody was authenticated. */
  readonly principal: string;
  /** Id of the key that was used, or `-`. */
  readonly key: string;
  /** `runs.get`, `artifacts.upload`, … : the route's action. */
  readonly action: string;
  /** What was acted on: `experiment:7`, `registered-model:football`, …; several separated by a space. */
  readonly resource: string;
  readonly decision: "allow" | "deny";
  /** Why, in words. */
  readonly reason: string;
  /** Of the artifact that was stored, served or refused; of a model, the SHA-256 of its manifest. */
  readonly sha256?: string;
  /** As the caller named the model. */
  readonly uri?: string;
  /** Of the registered model. */
  readonly version?: string;
  readonly verdict?: string;
  readonly engine?: string;
  /** Who signed the model. */
  readonly signer?: string;
  /** The model's files as `sha256sum` prints them, where they are few; all are in the manifest. */
  readonly files?: string;
  /** The client's network address. */
  readonly address: string;
  readonly request: string;
}

/** A row as it stands in the log. `hash` covers every other field, `prev` included. */
export interface AuditRow extends AuditEvent {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
}

/** What the first row's `prev` is. */
export const GENESIS = "0".repeat(64);

/** Longer texts are cut: a row has a bounded size whatever a client sends. */
const MAX_TEXT = 2_000;

/** A longer list of files is left to the manifest. */
export const MAX_FILES_TEXT = 4_000;

const OPTIONAL = ["uri", "version", "verdict", "engine", "signer", "files"] as const;

const FIELDS = [
  "seq",
  "time",
  "principal",
  "key",
  "action",
  "resource",
  "decision",
  "reason",
  "sha256",
  ...OPTIONAL,
  "address",
  "request",
  "prev",
] as const;

/** Chains an event behind the row whose hash is `prev`. */
export function chainRow(event: AuditEvent, seq: number, prev: string): AuditRow {
  const bounded = {
    ...event,
    ...optionalTexts(event),
    principal: cut(event.principal),
    action: cut(event.action),
    resource: cut(event.resource),
    reason: cut(event.reason),
    address: cut(event.address),
    request: cut(event.request),
    seq,
    prev,
  };
  return { ...bounded, hash: rowHash(bounded) };
}

function optionalTexts(event: AuditEvent): Partial<Record<(typeof OPTIONAL)[number], string>> {
  const given = OPTIONAL.flatMap((name) => {
    const text = event[name];
    return text === undefined ? [] : [[name, cut(text, name === "files" ? MAX_FILES_TEXT : MAX_TEXT)]];
  });
  return Object.fromEntries(given);
}

/** The row as one line: fields in fixed order, so that one row has exactly one spelling. */
export function serialiseRow(row: AuditRow): string {
  return `${JSON.stringify({ ...ordered(row), hash: row.hash })}\n`;
}

/** SHA-256 over the canonical JSON of all fields but the hash itself. */
export function rowHash(row: Omit<AuditRow, "hash">): string {
  return hash("sha256", JSON.stringify(ordered(row)));
}

function ordered(row: Omit<AuditRow, "hash">): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of FIELDS) if (row[name] !== undefined) fields[name] = row[name];
  return fields;
}

function cut(text: string, most = MAX_TEXT): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  // A lone surrogate has no UTF-8: it would be written as something else than was hashed.
  return short.toWellFormed();
}

/**
 * Reads one line of the log.
 * @returns the row, or what is wrong with the line
 */
export function parseRow(line: string): AuditRow | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "it is not JSON";
  }
  if (!isRow(value)) return "it lacks a field or has one of the wrong type";
  if (rowHash(value) !== value.hash) return "its hash does not fit its content";
  if (serialiseRow(value) !== `${line}\n`) return "it is not in canonical form";
  return value;
}

const TEXT_FIELDS = [
  "principal",
  "key",
  "action",
  "resource",
  "decision",
  "reason",
  "address",
  "request",
  "prev",
  "hash",
];

function isRow(value: unknown): value is AuditRow {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    Number.isSafeInteger(fields.get("seq")) &&
    Number.isSafeInteger(fields.get("time")) &&
    TEXT_FIELDS.every((name) => typeof fields.get(name) === "string") &&
    ["sha256", ...OPTIONAL].every((name) => !fields.has(name) || typeof fields.get(name) === "string")
  );
}
