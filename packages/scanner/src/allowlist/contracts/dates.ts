import type { Value } from "@modelkeep/formats";
import { breach, byteLength, changedBeyond, type Contract, constructedBy, positional } from "./call.ts";

/** Modules of the offsets that a date may carry. */
const ZONES: ReadonlySet<string> = new Set([
  "datetime.timezone",
  "pytz._UTC",
  "pytz._p",
  "pytz.FixedOffset",
  "pytz._FixedOffset",
  "dateutil.tz.tz.tzutc",
]);

/** `datetime.*`: packed bytes, or numbers, then perhaps a zone. The C code checks each field's range. */
export const dateValue: Contract = (call) => {
  const items = positional(call);
  const good = items !== undefined && items.length <= 8 && items.every(isPart);
  return good
    ? changedBeyond(call)
    : breach(call, "takes packed bytes or numbers, and a zone of the usual libraries");
};

function isPart(value: Value): boolean {
  if (value.kind === "call") {
    const by = constructedBy(value) ?? "";
    return byteLength(value) !== undefined || by === "datetime.timedelta" || ZONES.has(by);
  }
  return ["bytes", "int", "float", "none", "str", "bool"].includes(value.kind);
}
