import { FormatError } from "../context.ts";
import type { Json, JsonArray, JsonObject } from "../json/parse.ts";

/** One node of a schema, with its place in `schema.json` for messages. */
export interface NodeState {
  readonly fields: JsonObject;
  readonly offset: number;
}

export function malformed(message: string, offset: number): FormatError {
  return new FormatError("malformed", `skops schema: ${message}`, offset);
}

export function field(state: NodeState, key: string): Json {
  const value = state.fields.get(key);
  if (value === undefined) throw malformed(`a node has no ${key}`, state.offset);
  return value;
}

export function textField(state: NodeState, key: string): string {
  const value = field(state, key);
  if (typeof value !== "string") throw malformed(`${key} is no text`, state.offset);
  return value;
}

export function objectField(state: NodeState, key: string): JsonObject {
  const value = field(state, key);
  if (!(value instanceof Map)) throw malformed(`${key} is no object`, state.offset);
  return value;
}

export function arrayField(state: NodeState, key: string): JsonArray {
  const value = field(state, key);
  if (!Array.isArray(value)) throw malformed(`${key} is no array`, state.offset);
  return value;
}
