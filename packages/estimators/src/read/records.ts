import { asNdArray, toTyped } from "@modelkeep/formats/numpy/ndarray";
import { bufferSource } from "@modelkeep/bytes";
import type { Value } from "@modelkeep/formats/value";
import { malformed } from "../error.ts";

/** A structured array, read by field. */
export interface Records {
  readonly rows: number;
  has(field: string): boolean;
  /** @throws {EstimatorError} `malformed` when there is no such numeric field */
  column(field: string): Float64Array;
}

/** @throws {EstimatorError} `malformed` for what is no structured vector */
export function readRecords(value: Value, where: string): Records {
  const array = asNdArray(value);
  const fields = array?.dtype.fields;
  const rows = array?.shape[0];
  if (array?.source === undefined || fields === undefined || rows === undefined || array.shape.length !== 1) {
    throw malformed(`${where} is no structured array`);
  }
  // A copy: a source of a file may hand out the same memory again.
  const bytes = array.source.view(0, array.source.size).slice();
  const stride = array.dtype.itemSize;
  const byName = new Map(fields.map((field) => [field.name, field]));
  return {
    rows,
    has: (name) => byName.has(name),
    column(name) {
      const field = byName.get(name);
      if (field === undefined) throw malformed(`${where} has no field ${name}`);
      const { dtype, offset } = field;
      if (offset < 0 || offset + dtype.itemSize > stride)
        throw malformed(`${where}.${name} lies outside of its record`);
      const packed = new Uint8Array(rows * dtype.itemSize);
      for (let row = 0; row < rows; row++) {
        const from = row * stride + offset;
        for (let i = 0; i < dtype.itemSize; i++) packed[row * dtype.itemSize + i] = bytes[from + i]!;
      }
      const typed = toTyped({ dtype, shape: [rows], fortran: false, source: bufferSource(packed) });
      if (typed?.kind === "number") return typed.data;
      if (typed?.kind === "bigint") return Float64Array.from(typed.data, Number);
      throw malformed(`${where}.${name} is not numeric`);
    },
  };
}
