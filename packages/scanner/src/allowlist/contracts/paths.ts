import { breach, changedBeyond, type Contract, positional } from "./call.ts";

/** `pathlib.*Path(part, …)`: texts joined; nothing is opened. */
export const purePath: Contract = (call) => {
  const items = positional(call);
  const good = items?.every((item) => item.kind === "str");
  return good === true ? changedBeyond(call) : breach(call, "takes texts only");
};
