import type { CallValue, Value } from "@modelkeep/formats";

/**
 * Names that, standing in a code object, deserve a reader's eye. Only evidence: carried code is `executable`
 * whatever it names, and a determined author names nothing.
 */
const TELLING: ReadonlySet<string> = new Set(
  "system popen subprocess Popen check_output check_call execv execve execvp spawn fork socket create_connection urlopen requests urllib eval exec compile __import__ import_module ctypes CDLL pty environ getenv open unlink rmtree chmod marshal pickle loads base64 b64decode getattr setattr __subclasses__ __globals__ __builtins__ os sys shutil".split(
    " ",
  ),
);
const MAX_VALUES = 20_000;
const MAX_NAMES = 20;

/** Telling names among the strings that a carrier's call passes (a code object's `co_names` and constants are there). */
export function bytecodeNames(call: CallValue): string[] {
  const found = new Set<string>();
  const seen = new Set<Value>();
  const todo: Value[] = [call.args];
  for (let value = todo.pop(); value !== undefined && found.size < MAX_NAMES; value = todo.pop()) {
    if (value.kind === "str" && value.value.length < 64 && TELLING.has(value.value)) found.add(value.value);
    if (value.kind !== "tuple" && value.kind !== "list") continue;
    if (seen.has(value) || seen.size > MAX_VALUES) continue;
    seen.add(value);
    for (const item of value.items) todo.push(item);
  }
  return [...found].sort();
}
