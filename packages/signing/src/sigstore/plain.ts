import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";

/** Strictly read JSON as plain objects, for libraries. They have no prototype: a key named `__proto__` is only a key. */
export function plainJson(value: JsonValue): unknown {
  if (isJsonArray(value)) return value.map(plainJson);
  if (!isJsonObject(value)) return value;
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of value) plain[key] = plainJson(inner);
  return plain;
}
