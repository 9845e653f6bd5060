import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { type Integers, integersOf, shapeOfArray } from "./array-view.ts";
import { breach, type Contract, shapeOf, textEntries } from "./call.ts";
import { defaultInstance } from "./instance.ts";

type Check = (call: CallValue, state: ReadonlyMap<string, Value>) => ContractBreach | undefined;

/**
 * A sparse matrix: SciPy's native routines follow the index arrays without looking, so every index has to be inside.
 * (scipy/sparse/sparsetools/csr.h; `check_format` runs only when a matrix is made by its constructor.)
 */
function sparse(check: Check): Contract {
  return (call) => {
    const found = defaultInstance(call);
    if (found !== undefined) return found;
    const state = textEntries(call.states[0]);
    return state === undefined ? undefined : check(call, state);
  };
}

export const csr: Contract = sparse((call, state) => compressed(call, state, 0));
export const csc: Contract = sparse((call, state) => compressed(call, state, 1));

function compressed(
  call: CallValue,
  state: ReadonlyMap<string, Value>,
  major: 0 | 1,
): ContractBreach | undefined {
  const shape = matrixShape(state);
  const indptr = integersOf(state.get("indptr"));
  const indices = integersOf(state.get("indices"));
  const values = lengthOf(state.get("data"));
  if (shape === undefined || indptr === undefined || indices === undefined || values === undefined) {
    return breach(call, "lacks a shape, index arrays of integers or data");
  }
  const [rows, columns] = major === 0 ? shape : [shape[1], shape[0]];
  return pointers(call, indptr, rows, Math.min(values, indices.length)) ?? inside(call, indices, columns);
}

/** Values of a one-dimensional array; one with more could hold fewer bytes than it has rows. */
function lengthOf(value: Value | undefined): number | undefined {
  const shape = shapeOfArray(value);
  return shape?.length === 1 ? shape[0] : undefined;
}

/** Two dimensions; the newer one-dimensional arrays are one row. */
function matrixShape(state: ReadonlyMap<string, Value>): readonly [number, number] | undefined {
  const [rows, columns, ...rest] = shapeOf(state.get("_shape")) ?? [];
  if (rows === undefined || rest.length > 0) return undefined;
  return columns === undefined ? [1, rows] : [rows, columns];
}

function pointers(
  call: CallValue,
  indptr: Integers,
  rows: number,
  stored: number,
): ContractBreach | undefined {
  if (indptr.length !== rows + 1 || indptr.at(0) !== 0)
    return breach(call, "has other row pointers than rows");
  let last = 0;
  for (let i = 1; i <= rows; i++) {
    const next = indptr.at(i);
    if (next < last) return breach(call, "has row pointers that go back");
    last = next;
  }
  return last <= stored ? undefined : breach(call, "has row pointers beyond its data");
}

function inside(call: CallValue, indices: Integers, bound: number): ContractBreach | undefined {
  for (let i = 0; i < indices.length; i++) {
    const index = indices.at(i);
    if (index < 0 || index >= bound) return breach(call, "has an index outside its shape");
  }
  return undefined;
}

/** Block rows: the pointers count blocks. */
export const bsr: Contract = sparse((call, state) => {
  const shape = matrixShape(state);
  const indptr = integersOf(state.get("indptr"));
  const indices = integersOf(state.get("indices"));
  const [blocks, height, width] = shapeOfArray(state.get("data")) ?? [];
  if (shape === undefined || indptr === undefined || indices === undefined)
    return breach(call, "lacks a part");
  if (blocks === undefined || height === undefined || width === undefined || height * width === 0) {
    return breach(call, "has no blocks");
  }
  if (shape[0] % height !== 0 || shape[1] % width !== 0)
    return breach(call, "has blocks that do not fit its shape");
  const stored = Math.min(blocks, indices.length);
  return pointers(call, indptr, shape[0] / height, stored) ?? inside(call, indices, shape[1] / width);
});

/** Coordinates: `row` and `col`, or since SciPy 1.13 `coords`. */
export const coo: Contract = sparse((call, state) => {
  const shape = matrixShape(state);
  const coords = state.get("coords");
  // Older versions read `row` and `col`, newer ones `coords`: with both, one of them would go unseen.
  if (coords !== undefined && (state.has("row") || state.has("col")))
    return breach(call, "has its coordinates twice");
  if (coords !== undefined && (coords.kind !== "tuple" || coords.items.length > 2))
    return breach(call, "has coordinates that are no pair");
  const [row, column] = coords?.kind === "tuple" ? coords.items : [state.get("row"), state.get("col")];
  const values = lengthOf(state.get("data"));
  if (shape === undefined || values === undefined) return breach(call, "lacks a shape or data");
  const axes =
    column === undefined
      ? [{ value: row, bound: shape[1] }]
      : [
          { value: row, bound: shape[0] },
          { value: column, bound: shape[1] },
        ];
  for (const { value, bound } of axes) {
    const indices = integersOf(value);
    if (indices?.length !== values) return breach(call, "has another number of coordinates than of values");
    const found = inside(call, indices, bound);
    if (found !== undefined) return found;
  }
  return undefined;
});

/** Diagonals: one offset for each row of data, within the shape. */
export const dia: Contract = sparse((call, state) => {
  const offsets = integersOf(state.get("offsets"));
  const rows = shapeOfArray(state.get("data"))?.[0];
  const fits = offsets !== undefined && offsets.length === rows && matrixShape(state) !== undefined;
  return fits ? undefined : breach(call, "has another number of offsets than of diagonals");
});

/** Lists of Python objects: SciPy checks them when it converts. */
export const lil: Contract = sparse(() => undefined);
