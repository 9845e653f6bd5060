import { type Json, JsonFloat } from "@modelkeep/formats/json/parse";
import { type Ubjson, UbjsonFloat, type UbjsonNumbers } from "@modelkeep/formats/ubjson/parse";

/** A value of an XGBoost model, from JSON or UBJSON. */
export type Tree = Json | Ubjson;

/** Why a model is not what XGBoost writes; caught where the model's check begins. */
export class ModelFault extends Error {}

/** Whole numbers, checked to be such. */
export interface Ints {
  readonly length: number;
  at(index: number): number;
}

/** A value with the path that leads to it; getters throw `ModelFault` with that path. */
export class Node {
  readonly #value: Tree | undefined;
  readonly path: string;

  constructor(value: Tree | undefined, path: string) {
    this.#value = value;
    this.path = path;
  }

  get exists(): boolean {
    return this.#value !== undefined;
  }

  /** The member of an object; one that does not `exist` where it is absent, or this is no object. */
  get(name: string): Node {
    const value = this.#value instanceof Map ? this.#value.get(name) : undefined;
    return new Node(value, this.path === "" ? name : `${this.path}.${name}`);
  }

  items(): Node[] {
    if (!Array.isArray(this.#value)) {
      // An empty array has no type of its own in UBJSON.
      if (isNumbers(this.#value) && this.#value.length === 0) return [];
      throw this.fault("is no list");
    }
    return (this.#value as readonly Tree[]).map((item, i) => new Node(item, `${this.path}[${i}]`));
  }

  /** How many elements the array has. */
  size(): number {
    if (Array.isArray(this.#value) || isNumbers(this.#value)) return this.#value.length;
    throw this.fault("is no array");
  }

  /** An array of whole numbers or truth values, each from `low` to `high`. */
  ints(low: number, high: number): Ints {
    const ints = this.#ints();
    for (let i = 0; i < ints.length; i++) {
      const n = ints.at(i);
      if (!Number.isInteger(n) || n < low || n > high)
        throw this.fault(`has ${n} at ${i}, which is no whole number from ${low} to ${high}`);
    }
    return ints;
  }

  #ints(): Ints {
    const value = this.#value;
    if (isNumbers(value) && (value.integers || value.length === 0)) return value;
    if (!Array.isArray(value)) throw this.fault("is no array of whole numbers");
    return { length: value.length, at: (index) => wholeOf(value[index]) };
  }

  text(): string {
    if (typeof this.#value === "string") return this.#value;
    throw this.fault("is no text");
  }

  /** A whole number, which XGBoost's parameters hold as decimal text. */
  whole(low: number, high: number): number {
    const text = this.#value;
    const n = typeof text === "string" && /^\d{1,10}$/.test(text) ? Number(text) : wholeOf(text);
    if (n >= low && n <= high) return n;
    throw this.fault(`is no whole number from ${low} to ${high}`);
  }

  fault(what: string): ModelFault {
    return new ModelFault(`${this.path} ${this.exists ? what : "is missing"}`);
  }
}

function wholeOf(value: Tree | undefined): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" ? value : Number.NaN;
}

function isNumbers(value: Tree | undefined): value is UbjsonNumbers {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Map || value instanceof JsonFloat || value instanceof UbjsonFloat);
}
