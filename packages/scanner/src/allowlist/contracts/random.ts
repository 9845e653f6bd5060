import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import {
  breach,
  changedBeyond,
  constructedBy,
  type Contract,
  countOf,
  positional,
  qualified,
  textEntries,
} from "./call.ts";

const BIT_GENERATORS: ReadonlySet<string> = new Set(["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]);
const BIT_GENERATOR_MODULES: ReadonlyMap<string, string> = new Map([
  ["MT19937", "numpy.random._mt19937"],
  ["PCG64", "numpy.random._pcg64"],
  ["PCG64DXSM", "numpy.random._pcg64"],
  ["Philox", "numpy.random._philox"],
  ["SFC64", "numpy.random._sfc64"],
]);
/** Words of MT19937's key; `pos` indexes it in native code without a check (numpy/random/src/mt19937/mt19937.h). */
const MT_WORDS = 624;
/** Words of Philox's buffer, indexed by `buffer_pos` in the same way. */
const PHILOX_WORDS = 4;

const PICKLE = "numpy.random._pickle";

/** `__bit_generator_ctor(name or class)`: it calls the class, so only NumPy's own are named. */
export const bitGeneratorConstructor: Contract = (call) => {
  const [which, ...rest] = positional(call) ?? [];
  if (rest.length > 0 || !isBitGenerator(which))
    return breach(call, "takes one of NumPy's own bit generators");
  return changedBeyond(call, "states") ?? generatorState(call);
};

/** `__randomstate_ctor(bit generator[, __bit_generator_ctor])` and `__generator_ctor` alike. */
export const generatorConstructor: Contract = (call) => {
  const [bits, constructor, ...rest] = positional(call) ?? [];
  const named =
    bits === undefined || isBitGenerator(bits) || constructedBy(bits) === `${PICKLE}.__bit_generator_ctor`;
  const plain = constructor === undefined || qualified(constructor) === `${PICKLE}.__bit_generator_ctor`;
  if (!named || !plain || rest.length > 0) return breach(call, "takes one of NumPy's own bit generators");
  return changedBeyond(call, "states") ?? generatorState(call);
};

function isBitGenerator(value: Value | undefined): boolean {
  if (value?.kind === "str") return BIT_GENERATORS.has(value.value);
  if (value?.kind !== "global") return false;
  return (
    BIT_GENERATOR_MODULES.get(value.name) === value.module ||
    (value.module === "numpy.random" && BIT_GENERATORS.has(value.name))
  );
}

/** skops' `RandomState()` or `Generator(bits)`, `MT19937(seed sequence)`. */
export const skopsGenerator: Contract = (call) => {
  if (call.via !== "SKOPS") return breach(call, "is called instead of being restored");
  const arguments_ = positional(call);
  if (arguments_ === undefined || arguments_.length > 1)
    return breach(call, "takes a bit generator or a seed sequence");
  const [first] = arguments_;
  if (first !== undefined && !isRestoredGenerator(first))
    return breach(call, "takes a bit generator or a seed sequence");
  return changedBeyond(call, "states") ?? generatorState(call);
};

function isRestoredGenerator(value: Value): boolean {
  const name = constructedBy(value) ?? "";
  return (
    name === "numpy.random.bit_generator.SeedSequence" ||
    BIT_GENERATORS.has(name.replace(/^numpy\.random\./, ""))
  );
}

/** `SeedSequence(**plain numbers)`. */
export const seedSequence: Contract = (call) => changedBeyond(call, "states");

/** A generator's state: NumPy copies its numbers into native memory, some of them as indices. */
function generatorState(call: CallValue): ContractBreach | undefined {
  const [state] = call.states;
  if (state === undefined || state.kind === "none") return undefined;
  if (state.kind === "tuple") return tupleState(call, state.items);
  return dictState(call, state);
}

/** `(dict, seed sequence)` since NumPy 1.25, or RandomState's legacy `("MT19937", key, pos, has_gauss, gauss)`. */
function tupleState(call: CallValue, items: readonly Value[]): ContractBreach | undefined {
  const [first, , position] = items;
  if (first?.kind === "str") {
    const good = first.value === "MT19937" && inRange(position, MT_WORDS) && items.length <= 5;
    return good ? undefined : breach(call, "has a position outside its key");
  }
  if (items.length > 2 || first?.kind !== "dict")
    return breach(call, "gets a state that is none of a generator");
  return dictState(call, first);
}

function dictState(call: CallValue, state: Value): ContractBreach | undefined {
  const entries = textEntries(state);
  if (entries === undefined) return breach(call, "gets a state that is none of a generator");
  const inner = textEntries(entries.get("state"));
  const positions = [
    { value: inner?.get("pos"), most: MT_WORDS },
    { value: entries.get("pos"), most: MT_WORDS },
    { value: entries.get("buffer_pos"), most: PHILOX_WORDS },
    { value: inner?.get("buffer_pos"), most: PHILOX_WORDS },
  ];
  const outside = positions.some(({ value, most }) => value !== undefined && !inRange(value, most));
  return outside ? breach(call, "has a position outside its buffer") : undefined;
}

/** A plain count, or a NumPy integer scalar, whose bytes are read. */
function inRange(value: Value | undefined, most: number): boolean {
  const count = countOf(value) ?? scalarOf(value);
  return count !== undefined && count <= most;
}

function scalarOf(value: Value | undefined): number | undefined {
  if (value?.kind !== "call" || !/^numpy\.(_core|core)\.multiarray\.scalar$/.test(constructedBy(value) ?? ""))
    return undefined;
  const bytes = positional(value)?.[1];
  if (bytes?.kind !== "bytes" || bytes.source.size > 8) return undefined;
  const view = bytes.source.view(0, bytes.source.size);
  return view.reduceRight((sum, byte) => sum * 256 + byte, 0);
}
