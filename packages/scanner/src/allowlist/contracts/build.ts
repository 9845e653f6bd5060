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

/** Classes: called within `contract`, and named as a value (`copyreg._reconstructor(cls, …)`). */
export function classes(module: string, names: string, contract: Contract, evidence: string): AllowEntry[] {
  return words(names).map((name) => ({ module, name, reference: true, call: contract, evidence }));
}

/**
 * Functions and types that stand as values and are never called while loading. A model may call them later with
 * arguments of its own choice, so each must be harmless with any data whatever: it computes.
 */
export function references(module: string, names: string, evidence: string): AllowEntry[] {
  return words(names).map((name) => ({ module, name, reference: true, evidence }));
}
