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
  // Typed errors say themselves what to do; a server's words do not.
  if (error.name === "ModelkeepError") return oneLine(`modelkeep: ${error.message}${adviceOn(error.cause)}`);
  return oneLine(`modelkeep: ${ofSystem(error, code) ?? error.message}: ${adviceFor(code)}`);
}

const ADVICE: ReadonlyMap<number, string> = new Map([
  [400, "check the name, version or alias"],
  [401, "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"],
  [403, "ask for the permission, or use another key"],
  [404, "check the name, and that your key may read it"],
]);

/** What to do about an answer of the tracking server. */
function adviceOn(cause: unknown): string {
  if (!(cause instanceof Error) || !("status" in cause) || typeof cause.status !== "number") return "";
  const advice = ADVICE.get(cause.status);
  return advice === undefined ? "" : `: ${advice}`;
}

const SYSTEM: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file or folder"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of the path is no folder"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ENOSPC", "the disk is full"],
  ["ELOOP", "too many links"],
]);

/** Errors of the operating system without its jargon: `cannot read rows.json: there is no such file or folder`. */
function ofSystem(error: Error, code: string): string | undefined {
  const reason = SYSTEM.get(code);
  if (reason === undefined) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : undefined;
  if (path !== undefined) return `cannot open ${path}: ${reason}`;
  return code === "EISDIR" ? "cannot read a folder as a file" : undefined;
}

function firstSentence(message: string): string {
  return message.split(/\. |\n/u, 1)[0] ?? message;
}

function adviceFor(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ELOOP":
      return "check the path";
    case "EISDIR":
      return "name a file";
    case "ENOSPC":
      return "free some space";
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
