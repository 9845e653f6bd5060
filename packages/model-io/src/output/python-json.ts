/**
 * Writes JSON as Python's `json.dumps` does where it differs: NaN and infinities have words, 64-bit integers stay.
 * @param value plain data; bounded depth, as our own outputs are
 */
export function stringifyPythonJson(value: unknown): string {
  const pieces: string[] = [];
  write(value, pieces);
  return pieces.join("");
}

function write(value: unknown, pieces: string[]): void {
  if (typeof value === "number") pieces.push(number(value));
  else if (typeof value === "bigint") pieces.push(String(value));
  else if (Array.isArray(value)) writeList(value, pieces);
  else if (typeof value === "object" && value !== null) writeObject(value, pieces);
  else pieces.push(JSON.stringify(value) ?? "null");
}

function writeList(list: readonly unknown[], pieces: string[]): void {
  pieces.push("[");
  for (const [index, item] of list.entries()) {
    if (index > 0) pieces.push(", ");
    write(item, pieces);
  }
  pieces.push("]");
}

function writeObject(object: object, pieces: string[]): void {
  pieces.push("{");
  for (const [index, [key, item]] of Object.entries(object).entries()) {
    pieces.push(index > 0 ? ", " : "", JSON.stringify(key), ": ");
    write(item, pieces);
  }
  pieces.push("}");
}

function number(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0.0" : String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
