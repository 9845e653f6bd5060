import { SandboxError } from "../error.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);
/** Shorter texts cannot become large: each value takes two characters at least. */
const SMALL = 64 * 1024;
const MAX_DEPTH = 128;

/**
 * Refuses a JSON text that would become far larger than itself when it is parsed: `[[],[],[],…` takes ten times its
 * bytes, and would end this process instead of the worker that sent it.
 * @param text UTF-8, or a string; what is no JSON is left to the parser
 * @param most values that it may hold
 * @throws {SandboxError} `exceeded`
 */
export function requireBoundedJson(text: Uint8Array | string, most: number): void {
  if (text.length <= Math.min(SMALL, most)) return;
  const at =
    typeof text === "string" ? (index: number) => text.charCodeAt(index) : (index: number) => text[index];
  let [values, depth, inString] = [1, 0, false];
  for (let index = 0; index < text.length; index++) {
    const code = at(index) ?? 0;
    if (inString) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COMMA) values++;
    else if (OPENING.has(code)) [values, depth] = [values + 1, depth + 1];
    else if (CLOSING.has(code)) depth--;
    if (values > most)
      throw new SandboxError("exceeded", `the worker answered more than ${most} values: ask for fewer rows`);
    if (depth > MAX_DEPTH)
      throw new SandboxError("exceeded", `the worker's answer nests deeper than ${MAX_DEPTH}`);
  }
}
