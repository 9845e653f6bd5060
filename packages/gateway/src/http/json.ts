import { badRequest } from "./refusal.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deeper documents than MLflow's own need are refused before anybody recurses into them. */
const MAX_DEPTH = 100;

/**
 * Reads a request body that means one thing to every reader: strict UTF-8, strict JSON, an object at the top, no
 * key twice in one object, no field in both protobuf spellings (`run_id` and `runId`).
 * @throws {Refusal} 400 with the reason
 */
export function parseRequestJson(bytes: Uint8Array): JsonObject {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badRequest("the body is not UTF-8");
  }
  assertNoDuplicateKeys(text);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw badRequest("the body is not JSON");
  }
  if (!isJsonObject(value)) throw badRequest("the body must be a JSON object");
  assertOneSpelling(value);
  return value;
}

/**
 * `JSON.parse` keeps the last of two equal keys, Python's reader too, others the first: refused instead of guessed.
 * Runs before parsing, so it only has to be right for text that then parses.
 */
function assertNoDuplicateKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let expectKey = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: {
        const end = stringEnd(text, i);
        if (expectKey) addKey(open.at(-1), text.slice(i, end + 1));
        expectKey = false;
        i = end;
        break;
      }
      case 0x7b:
        open.push(new Set());
        expectKey = true;
        break;
      case 0x5b:
        open.push(undefined);
        expectKey = false;
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        expectKey = false;
        break;
      case 0x2c:
        expectKey = open.at(-1) !== undefined;
        break;
      default:
    }
    if (open.length > MAX_DEPTH) throw badRequest(`the body nests deeper than ${MAX_DEPTH}`);
  }
}

function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5c) i++;
    else if (unit === 0x22) return i;
  }
  throw badRequest("the body is not JSON");
}

function addKey(keys: Set<string> | undefined, literal: string): void {
  let key: unknown = literal.slice(1, -1);
  if (literal.includes("\\")) {
    try {
      key = JSON.parse(literal);
    } catch {
      throw badRequest("the body is not JSON");
    }
  }
  if (keys === undefined || typeof key !== "string") return;
  if (keys.has(key)) throw badRequest(`the body holds the key ${JSON.stringify(key)} twice`);
  keys.add(key);
}

/**
 * Protobuf reads `runId` and `run_id` as one field. Only the top level is checked here: deeper objects may be maps
 * whose keys are the user's own; the fields that decide there are read by `readField`, which checks again.
 */
function assertOneSpelling(body: JsonObject): void {
  const seen = new Set<string>();
  for (const key of Object.keys(body)) {
    const canonical = snakeCase(key);
    if (seen.has(canonical)) throw badRequest(`the body spells the field ${JSON.stringify(canonical)} twice`);
    seen.add(canonical);
  }
}

/** `runId` → `run_id`. */
export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

/** `run_id` → `runId`, as protobuf's JSON names are made. */
export function camelCase(key: string): string {
  return key.replaceAll(/_([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}

/**
 * A field of an object under either of its protobuf spellings.
 * @param name in snake_case
 * @throws {Refusal} 400 when both are there
 */
export function readField(object: JsonObject, name: string): Json | undefined {
  const camel = camelCase(name);
  const inSnake = Object.hasOwn(object, name) ? object[name] : undefined;
  if (camel === name) return inSnake;
  const inCamel = Object.hasOwn(object, camel) ? object[camel] : undefined;
  if (inSnake !== undefined && inCamel !== undefined) {
    throw badRequest(`the body spells the field ${JSON.stringify(name)} twice`);
  }
  return inSnake ?? inCamel;
}
