import { breach, changedBeyond, type Contract, positional } from "./call.ts";
import { attributes } from "./instance.ts";

/** A subclass of dict that is restored empty (`Bunch`, `OptimizeResult`); its items are set afterwards. */
export const mappingInstance: Contract = (call) => {
  const items = positional(call);
  if (items === undefined || items.length > 0) return breach(call, "takes no arguments");
  return changedBeyond(call, "states", "entries") ?? attributes(call);
};

/** A named tuple: its fields are data, which is judged by itself. */
export function namedTuple(fields: number): Contract {
  return (call) => {
    const items = positional(call);
    return items?.length === fields ? changedBeyond(call) : breach(call, `takes ${fields} fields`);
  };
}
