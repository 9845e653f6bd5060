import { invalidInput } from "../errors.ts";

/** A string with its escapes, or one of the words that Python's json writes and JSON has not. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gu;
/** No honest text holds it: it stands for NaN between two steps. */
const NAN_MARK = "\u0000modelkeep:nan\u0000";

/**
 * Parses JSON as Python's `json.loads` does, which also takes NaN, Infinity and -Infinity.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!/NaN|Infinity/u.test(text)) throw wrong(cause);
  }
  const standard = text.replaceAll(TOKEN, (token) => {
    if (token === "NaN") return JSON.stringify(NAN_MARK);
    if (token === "Infinity") return "1e999";
    return token === "-Infinity" ? "-1e999" : token;
  });
  try {
    return JSON.parse(standard, (_key, value: unknown) => (value === NAN_MARK ? Number.NaN : value));
  } catch (cause) {
    throw wrong(cause);
  }
}

function wrong(cause: unknown): Error {
  const reason =
    cause instanceof Error ? cause.message.replaceAll(/\s+/gu, " ").slice(0, 200) : String(cause);
  return invalidInput(`Ensure that input is a valid JSON formatted string. Error: ${reason}`);
}
