import { ModelkeepError } from "@modelkeep/findings";

/**
 * The line for a model that was looked at and not admitted: by its verdict, or because its bytes are not those that
 * were signed or recorded. Undefined for every other error: then the work could not be done.
 * @param uri what was asked for
 */
export function refusalLine(error: unknown, uri: string): string | undefined {
  if (!(error instanceof ModelkeepError)) return undefined;
  if (error.code === "NOT_ADMITTED") return `modelkeep: ${error.message}: see modelkeep scan ${uri}`;
  return error.code === "INTEGRITY" ? `modelkeep: ${error.message}` : undefined;
}
