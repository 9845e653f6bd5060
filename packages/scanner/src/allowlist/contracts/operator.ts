import { breach, changedBeyond, type Contract, positional } from "./call.ts";

/** `operator.itemgetter(key, …)` with keys that are data; `obj[key]` of whatever it is given later. */
export const itemGetter: Contract = (call) => {
  const items = positional(call);
  const good = items !== undefined && items.length > 0 && items.every((item) => item.kind !== "global");
  return good ? changedBeyond(call) : breach(call, "takes keys that are data");
};
