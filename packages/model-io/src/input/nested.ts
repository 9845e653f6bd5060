import type { DType, Scalar, Tensor } from "@modelkeep/estimators/data";
import { invalidInput } from "../errors.ts";
import { inferDType, requireScalar } from "./table.ts";

const MAX_DIMENSIONS = 32;

/**
 * `numpy.array(nested)`: a dense array of nested lists.
 * @throws {ModelkeepError} `INVALID_INPUT` when rows differ in length
 */
export function tensorOfNested(nested: unknown): Tensor & { readonly dtype: DType } {
  const shape: number[] = [];
  for (let level = nested; Array.isArray(level); level = level[0] as unknown) {
    shape.push(level.length);
    if (shape.length > MAX_DIMENSIONS)
      throw invalidInput(`the input nests deeper than ${MAX_DIMENSIONS} lists`);
  }
  const data: Scalar[] = [];
  fill(nested, shape, 0, data);
  const inferred = inferDType(data);
  const dtype =
    inferred === "object" && data.length > 0 && data.every((one) => typeof one === "string")
      ? "str"
      : inferred;
  // A missing number is NaN in a float array, as numpy makes of None when it is told a float type.
  return { data: dtype === "float64" ? data.map((value) => value ?? Number.NaN) : data, shape, dtype };
}

function fill(level: unknown, shape: readonly number[], depth: number, data: Scalar[]): void {
  if (depth === shape.length) {
    data.push(requireScalar(level, "the input"));
    return;
  }
  if (!Array.isArray(level) || level.length !== shape[depth]) {
    throw invalidInput("the input is ragged: all rows must have the same length");
  }
  for (const item of level) fill(item, shape, depth + 1, data);
}

/**
 * Named arrays as columns of one length.
 * @throws {ModelkeepError} `INVALID_INPUT` when they are no flat lists of one length
 */
export function nestedLists(arrays: ReadonlyMap<string, unknown>): ReadonlyMap<string, readonly unknown[]> {
  const lists = new Map<string, readonly unknown[]>();
  for (const [name, list] of arrays) {
    if (!Array.isArray(list) || list.some((one) => typeof one === "object" && one !== null))
      throw invalidInput(`the column ${name} is no flat list of values`);
    lists.set(name, list);
  }
  if (new Set([...lists.values()].map((list) => list.length)).size > 1)
    throw invalidInput("The length of values for each input/column name are not the same");
  return lists;
}
