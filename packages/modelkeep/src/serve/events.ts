import type { ServeEvent } from "@modelkeep/model-io";

/** What happened to a served model, as one line for people; undefined for what is said otherwise. */
export function eventLine(event: ServeEvent): string | undefined {
  const version = event.version === undefined ? "" : `version ${event.version}`;
  switch (event.kind) {
    case "loaded":
      return undefined;
    case "swapped":
      return line(event, `${version} (sha256:${event.digest ?? ""}) answers now`);
    case "refused":
      return line(
        event,
        `${version} was refused, the version before goes on answering: ${event.reason ?? ""}`,
      );
    case "recovered":
      return line(event, `${event.uri} names ${version} again, which is the one that answers`);
    case "unresolved":
      return line(event, `it is not known whether ${event.uri} moved: ${event.reason ?? ""}`);
    case "resolved":
      break;
  }
  return line(event, `${event.uri} can be asked for again`);
}

// Names and reasons come from files and servers: no line breaks, no terminal control sequences.
function line(event: ServeEvent, text: string): string {
  return `modelkeep: ${event.model}: ${text}`.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
