import type { GlobalValue, Value } from "@modelkeep/formats/value";
import type { DType } from "../data.ts";
import { malformed, unsupported } from "../error.ts";
import { type Cells, type Numbers, readCells, readNumbers, readScalar } from "./array.ts";
import { parseVersion, type Version } from "./version.ts";

/**
 * The attributes of one pickled object, with getters that say `Class.attribute` when something is not as it must be.
 * Keys repeat as in Python: the last one wins.
 */
export class State {
  readonly className: string;
  readonly version: Version;
  readonly attributes: ReadonlyMap<string, Value>;

  constructor(className: string, version: Version, attributes: ReadonlyMap<string, Value>) {
    this.className = className;
    this.version = version;
    this.attributes = attributes;
  }

  /** The class without its module. */
  get shortName(): string {
    return this.className.slice(this.className.lastIndexOf(".") + 1);
  }

  where(name: string): string {
    return `${this.shortName}.${name}`;
  }

  malformed(name: string, problem: string): Error {
    return malformed(`${this.where(name)} ${problem}`);
  }

  unsupported(name: string, problem: string): Error {
    return unsupported(`${this.where(name)} ${problem}`);
  }

  has(name: string): boolean {
    return this.attributes.has(name);
  }

  /** Present and not None. */
  given(name: string): boolean {
    const value = this.attributes.get(name);
    return value !== undefined && value.kind !== "none";
  }

  value(name: string): Value {
    const value = this.attributes.get(name);
    if (value === undefined)
      throw this.malformed(name, "is missing: the model is not fitted, or not this class's");
    return value;
  }

  /** A Python or NumPy number or bool. */
  number(name: string): number {
    const scalar = readScalar(this.value(name), this.where(name));
    if (typeof scalar === "number") return scalar;
    if (typeof scalar === "boolean") return scalar ? 1 : 0;
    throw this.malformed(name, "is no number");
  }

  /** A whole number within the given bounds. */
  int(name: string, low: number, high: number): number {
    const n = this.number(name);
    if (!Number.isInteger(n) || n < low || n > high)
      throw this.malformed(name, `is ${n}, not a whole number from ${low} to ${high}`);
    return n;
  }

  bool(name: string): boolean {
    const scalar = readScalar(this.value(name), this.where(name));
    if (typeof scalar === "boolean") return scalar;
    if (typeof scalar === "number") return scalar !== 0;
    throw this.malformed(name, "is no truth value");
  }

  /** A truth value that versions before some release do not have. */
  boolOr(name: string, otherwise: boolean): boolean {
    return this.has(name) ? this.bool(name) : otherwise;
  }

  string(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw this.malformed(name, "is no text");
    return text;
  }

  /** The text, or undefined when the attribute is something else or missing. */
  text(name: string): string | undefined {
    const value = this.attributes.get(name);
    if (value === undefined) return undefined;
    const scalar = value.kind === "str" ? value.value : readScalar(value, this.where(name));
    return typeof scalar === "string" ? scalar : undefined;
  }

  /** One of the texts that the class documents. */
  oneOf<const T extends string>(name: string, allowed: readonly T[]): T {
    const text = this.string(name);
    const found = allowed.find((candidate) => candidate === text);
    if (found === undefined)
      throw this.unsupported(
        name,
        `is ${JSON.stringify(text.slice(0, 80))}, not one of ${allowed.join(", ")}`,
      );
    return found;
  }

  /** A numeric array of the given rank, or any rank. A number is an array of rank 0. */
  array(name: string, rank?: number): Numbers {
    const array = readNumbers(this.value(name), this.where(name));
    if (rank !== undefined && array.shape.length !== rank) {
      throw this.malformed(name, `has ${array.shape.length} dimensions, not ${rank}`);
    }
    return array;
  }

  /** A numeric vector; of `length` elements when that is given. */
  vector(name: string, length?: number): Float64Array {
    const { data, shape } = this.array(name, 1);
    if (length !== undefined && data.length !== length) {
      throw this.malformed(name, `has ${shape[0]} elements, not ${length}`);
    }
    return data;
  }

  /** A vector, or undefined when the attribute is None or missing. */
  optionalVector(name: string, length?: number): Float64Array | undefined {
    return this.given(name) ? this.vector(name, length) : undefined;
  }

  /** Labels, categories, names: any array as single values. */
  cells(name: string): Cells {
    return readCells(this.value(name), this.where(name));
  }

  /** The items of a list, a tuple, or an object array (in C order). */
  items(name: string): readonly Value[] {
    return itemsOf(this.value(name), this.where(name));
  }

  /** A tuple's or list's items as `[text, value, …]`, for `steps`, `transformers_` and their like. */
  tuples(name: string, width: number): (readonly Value[])[] {
    return this.items(name).map((item, i) => {
      const parts = itemsOf(item, `${this.where(name)}[${i}]`);
      if (parts.length !== width)
        throw this.malformed(`${name}[${i}]`, `has ${parts.length} parts, not ${width}`);
      return parts;
    });
  }

  /** A dict with text keys. */
  dict(name: string): ReadonlyMap<string, Value> {
    const entries = dictEntries(this.value(name));
    if (entries === undefined) throw this.malformed(name, "is no dict");
    return textKeys(entries, this.where(name));
  }

  /** Refuses a parameter that is anything but the given default. */
  mustBeNone(name: string): void {
    if (this.given(name)) throw this.unsupported(name, "is set, which is not evaluated natively");
  }
}

/** One dtype for labels that are all numbers or all text. */
export function isText(dtype: DType): boolean {
  return dtype === "str" || dtype === "object";
}

export function itemsOf(value: Value, where: string): readonly Value[] {
  if (value.kind === "list" || value.kind === "tuple") return value.items;
  if (value.kind === "none") throw malformed(`${where} is None`);
  throw malformed(`${where} is a ${value.kind}, not a list`);
}

/** Entries of a dict, or of an OrderedDict/Bunch-like call that was filled by SETITEMS. */
export function dictEntries(value: Value): readonly [Value, Value][] | undefined {
  return value.kind === "dict" ? value.entries : undefined;
}

export function textKeys(entries: readonly [Value, Value][], where: string): ReadonlyMap<string, Value> {
  const map = new Map<string, Value>();
  for (const [key, value] of entries) {
    if (key.kind !== "str") throw malformed(`${where} has a key that is a ${key.kind}, not text`);
    map.set(key.value, value);
  }
  return map;
}

/** `module.name` of a global. */
export function qualified(value: GlobalValue): string {
  return `${value.module}.${value.name}`;
}

/** An instance read from a call: its class and its attributes. */
export interface Instance {
  readonly className: string;
  readonly args: readonly Value[];
  readonly attributes: ReadonlyMap<string, Value>;
}

/**
 * The instance that a call makes, if the value is one: `cls.__new__(cls)` (protocol 2 and newer, skops),
 * `copyreg._reconstructor(cls, object, None)` (protocols 0 and 1), or `cls(*args)`, then at most one `__setstate__(dict)`.
 */
export function asInstance(value: Value, where: string): Instance | undefined {
  if (value.kind !== "call" || value.callee.kind !== "global") return undefined;
  let callee = value.callee;
  let args = value.args.kind === "tuple" || value.args.kind === "list" ? value.args.items : [];
  if (qualified(callee) === "copyreg._reconstructor") {
    const [cls, base, state] = args;
    if (cls?.kind !== "global" || base?.kind !== "global" || base.name !== "object" || state?.kind !== "none")
      return undefined;
    callee = cls;
    args = [];
  }
  if (
    value.appended.length > 0 ||
    value.entries.length > 0 ||
    (value.kwargs !== undefined && !isEmpty(value.kwargs))
  ) {
    throw malformed(
      `${where}: an instance of ${qualified(callee)} is built in a way that its class never writes`,
    );
  }
  return { className: qualified(callee), args, attributes: stateOf(value.states, where) };
}

function isEmpty(value: Value): boolean {
  return value.kind === "none" || (value.kind === "dict" && value.entries.length === 0);
}

function stateOf(states: readonly Value[], where: string): ReadonlyMap<string, Value> {
  const [state, second] = states;
  if (second !== undefined) throw malformed(`${where}: state is set more than once`);
  if (state === undefined) return new Map();
  const entries = dictEntries(state);
  if (entries === undefined) return new Map([["__state__", state]]);
  return textKeys(entries, where);
}

/** The state of an instance inside another: its own `_sklearn_version` counts, else its owner's. */
export function innerState(value: Value, where: string, inherited: Version): State | undefined {
  const instance = asInstance(value, where);
  if (instance === undefined) return undefined;
  const own = instance.attributes.get("_sklearn_version");
  const version = own?.kind === "str" ? parseVersion(own.value, where) : inherited;
  return new State(instance.className, version, instance.attributes);
}
