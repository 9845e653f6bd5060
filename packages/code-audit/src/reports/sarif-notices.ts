import type { Unaudited } from "../model/report.ts";
import { type AuditDocument, say, unauditedOf } from "./document.ts";
import { artifactOf, type SarifPlaces } from "./sarif-places.ts";

/** What a run can say of itself; `INDEX` counts in this list. */
export const NOTICES = [
  { id: "unread-file", text: "A file could not be read, so nothing is known of it." },
  { id: "partial-file", text: "A file was audited around a fault in it." },
  {
    id: "results-left-out",
    text: "There are more findings than GitHub takes in one run; the mildest are left out.",
  },
] as const;

const INDEX = { unread: 0, partial: 1 } as const;
const LEFT_OUT = 2;

/** The run itself: whether all was read, and each file that was not. */
export function invocation(
  document: AuditDocument,
  places: SarifPlaces,
  results: { readonly kept: number; readonly left: number },
): object {
  const { report, messages } = document;
  const { left, kept } = results;
  const notices = report.unaudited.map((one) => noticeOf(document, one, places));
  const tooMany = {
    descriptor: { id: NOTICES[LEFT_OUT].id, index: LEFT_OUT },
    level: "warning",
    message: { text: messages.limitReached(left, kept) },
  };
  return {
    executionSuccessful: unauditedOf(report.unaudited).unread === 0,
    toolExecutionNotifications: left === 0 ? notices : [...notices, tooMany],
  };
}

function noticeOf(
  document: AuditDocument,
  { path, place, state, reason }: Unaudited,
  places: SarifPlaces,
): object {
  const { states, colon } = document.messages;
  const physicalLocation =
    place === undefined ? { artifactLocation: artifactOf(path) } : places.physical(place);
  return {
    descriptor: { id: NOTICES[INDEX[state]].id, index: INDEX[state] },
    level: state === "unread" ? "error" : "warning",
    message: { text: `${states[state]}${colon}${say(document, reason)}` },
    locations: [{ physicalLocation }],
  };
}
