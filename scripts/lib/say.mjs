// Progress for people, on standard error: standard output belongs to results.

const colour = process.stderr.isTTY && process.env.NO_COLOR === undefined;

/** A failure that is explained in one line; the scripts end with exit code 2. */
export class SetupError extends Error {
  name = "SetupError";
}

/** Paints text when standard error is a terminal. */
export function paint(code, text) {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Writes one line of progress. */
export function say(text) {
  process.stderr.write(`${paint(2, "·")} ${text}\n`);
}

/** Writes one line that needs attention but stops nothing. */
export function warn(text) {
  process.stderr.write(`${paint(33, "!")} ${text}\n`);
}

/** Runs `main`; a SetupError becomes one line and exit code 2. */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    const explained = error instanceof SetupError;
    process.stderr.write(`modelkeep: ${explained ? error.message : error.stack}\n`);
    process.exitCode = 2;
  }
}
