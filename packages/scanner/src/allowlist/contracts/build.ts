import type { AllowEntry } from "../entry.ts";
import type { Contract } from "./call.ts";

/** Names in one string, apart by blanks, so that a table reads as a list. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Entries that may be called within `contract` and may not stand as a value. */
export function callables(module: string, names: string, contract: Contract, evidence: string): AllowEntry[] {
  return words(names).map((name) => ({ module, name, reference: false, call: contract, evidence }));
}

/** Classes: called within `contract`, and named where another call restores them (`copyreg._reconstructor(cls, …)`). */
export function classes(module: string, names: string, contract: Contract, evidence: string): AllowEntry[] {
  return types(module, names, contract, evidence).map((entry) => ({ ...entry, classOnly: true }));
}

/** Classes that stand as plain values too (`dtype=numpy.float32`): calling them with any data whatever is harmless. */
export function types(module: string, names: string, contract: Contract, evidence: string): AllowEntry[] {
  return words(names).map((name) => ({ module, name, reference: true, call: contract, evidence }));
}

/** Types that are only ever the class argument of another call. */
export function classArguments(module: string, names: string, evidence: string): AllowEntry[] {
  return references(module, names, evidence).map((entry) => ({ ...entry, classOnly: true }));
}

/**
 * Functions and types that stand as values and are never called while loading. A model may call them later with
 * arguments of its own choice, so each must be harmless with any data whatever: it computes.
 */
export function references(module: string, names: string, evidence: string): AllowEntry[] {
  return words(names).map((name) => ({ module, name, reference: true, evidence }));
}
