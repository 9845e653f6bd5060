import { UsageError } from "./command.ts";

/** One line, `modelkeep: <what is wrong>: <what to do>`. */
export function describeError(error: unknown): string {
  if (error instanceof UsageError) return oneLine(`modelkeep: ${error.message}: ${error.advice}`);
  if (error instanceof Error && error.name === "SigningError" && "advice" in error) {
    return oneLine(`modelkeep: ${error.message}: ${String(error.advice)}`);
  }
  if (!(error instanceof Error)) return oneLine(`modelkeep: ${String(error)}: run again with --debug`);
  // node:util's parseArgs and commander both mark their errors with a code.
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code.startsWith("ERR_PARSE_ARGS")) {
    return oneLine(`modelkeep: ${firstSentence(error.message)}: see --help`);
  }
  // Typed errors say themselves what to do.
  if (error.name === "ModelkeepError") return oneLine(`modelkeep: ${error.message}`);
  return oneLine(`modelkeep: ${error.message}: ${adviceFor(code)}`);
}

function firstSentence(message: string): string {
  return message.split(/\. |\n/u, 1)[0] ?? message;
}

function adviceFor(code: string): string {
  switch (code) {
    case "ENOENT":
      return "check the path";
    case "EACCES":
    case "EPERM":
      return "check the permissions";
    case "ECONNREFUSED":
      return "check that the server is running";
    default:
      return "run again with --debug to see where";
  }
}

// Names in messages come from files and servers: no line breaks, no terminal control sequences.
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
