import type { CallValue, Value } from "@modelkeep/formats";
import type { AllowEntry } from "../entry.ts";
import { breach, changedBeyond, type Contract, positional, qualified } from "./call.ts";

/** Finds the entry of exactly `module.name`. */
export type Lookup = (module: string, name: string) => AllowEntry | undefined;

/**
 * `copyreg._reconstructor(cls, base, state)` (protocols 0 and 1) does what NEWOBJ does in newer ones, so the class's
 * own contract judges the same call in its newer form. Without this, it would be a way around every contract.
 */
export function reconstructor(lookup: Lookup): Contract {
  return (call) => {
    const [cls, base, state, ...rest] = positional(call) ?? [];
    if (cls?.kind !== "global") return breach(call, "restores something that is not named");
    const args = baseArguments(base, state);
    if (args === undefined || rest.length > 0)
      return breach(call, "restores an object on another base than object, dict or tuple");
    const contract = lookup(cls.module, cls.name)?.call;
    if (contract === undefined)
      return breach(call, `restores ${cls.module}.${cls.name}, which is no class that may be restored`);
    return contract(asNewObject(call, cls, args));
  };
}

function asNewObject(call: CallValue, cls: Value, args: readonly Value[]): CallValue {
  return { ...call, via: "NEWOBJ", callee: cls, args: { kind: "tuple", items: args, offset: call.offset } };
}

/** What the base's `__new__` gets: nothing for object, the content for a subclass of dict (judged as data) or tuple. */
function baseArguments(base: Value | undefined, state: Value | undefined): readonly Value[] | undefined {
  const name = qualified(base);
  if (name === "builtins.object") return state?.kind === "none" ? [] : undefined;
  if (name === "builtins.dict") return state?.kind === "dict" ? [] : undefined;
  return name === "builtins.tuple" && state?.kind === "tuple" ? state.items : undefined;
}

/** `numpy.core._ufunc_reconstruct(module, name)` imports by name: only what is listed as a value itself. */
export function ufuncReconstruct(lookup: Lookup): Contract {
  return (call) => {
    const [module, name, ...rest] = positional(call) ?? [];
    const known =
      module?.kind === "str" && name?.kind === "str" && lookup(module.value, name.value)?.reference === true;
    return known && rest.length === 0
      ? changedBeyond(call)
      : breach(call, "imports something that is on no list");
  };
}
