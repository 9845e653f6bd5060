import type { Csr, DType, Frame, Input, Tensor } from "@modelkeep/estimators/data";
import { invalidInput } from "../errors.ts";
import type { Parsed } from "./scoring.ts";
import { type Column, inferColumn, inferDType, isRecord, type Table, tableOfRecords } from "./table.ts";

export function isTensor(value: unknown): value is Tensor {
  return isRecord(value) && "data" in value && Array.isArray(value["shape"]) && !("indptr" in value);
}

export function isCsr(value: unknown): value is Csr {
  return isRecord(value) && "indptr" in value && "indices" in value;
}

export function isFrame(value: unknown): value is Frame {
  return isRecord(value) && "columns" in value && !("data" in value) && isRecord(value["columns"]);
}

/**
 * Typed input in the form that the signature is checked on. Its dtypes are kept: typed data is checked, not cast.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function parseTyped(input: Input): Parsed {
  if (isFrame(input)) return { kind: "table", table: tableOfFrame(input) };
  if (isCsr(input))
    throw invalidInput("sparse input is for invoke(): a signature describes columns or dense tensors");
  if (isTensor(input)) {
    const values = Array.from(input.data);
    const dtype = input.dtype ?? typedArrayDType(input.data) ?? inferDType(values);
    return { kind: "tensor", tensor: { data: values, shape: input.shape, dtype }, fromText: false };
  }
  if (!Array.isArray(input)) throw invalidInput("the input is neither a scoring document nor typed data");
  if (input.length > 0 && input.every(isRecord)) {
    return { kind: "table", table: { ...tableOfRecords(input), fromText: false } };
  }
  if (!input.every((one) => typeof one === "string"))
    throw invalidInput("a list must hold texts only, or records only");
  return { kind: "tensor", tensor: { data: input, shape: [input.length], dtype: "str" }, fromText: false };
}

function tableOfFrame(frame: Frame): Table {
  const entries = frame.columns instanceof Map ? [...frame.columns] : Object.entries(frame.columns);
  const columns = new Map<string, Column>();
  let rows: number | undefined;
  for (const [name, values] of entries) {
    rows ??= values.length;
    if (values.length !== rows)
      throw invalidInput(`the column ${name} has ${values.length} rows, others have ${rows}`);
    columns.set(name, columnOf(values, frame.dtypes?.[name]));
  }
  return { columns, rows: rows ?? 0, named: true, fromText: false };
}

function columnOf(values: ArrayLike<unknown>, declared: DType | undefined): Column {
  const dtype = declared ?? typedArrayDType(values);
  const list: unknown[] = Array.from(values);
  return dtype === undefined ? inferColumn(list) : { values: list, dtype };
}

const TYPED_ARRAYS: readonly (readonly [type: new () => object, dtype: DType])[] = [
  [Float64Array, "float64"],
  [Float32Array, "float32"],
  [BigInt64Array, "int64"],
  [BigUint64Array, "uint64"],
  [Int32Array, "int32"],
  [Uint32Array, "uint32"],
  [Int16Array, "int16"],
  [Uint16Array, "uint16"],
  [Int8Array, "int8"],
  [Uint8Array, "uint8"],
];

/** The dtype that a typed array stands for; undefined for lists. */
export function typedArrayDType(values: ArrayLike<unknown>): DType | undefined {
  return TYPED_ARRAYS.find(([type]) => values instanceof type)?.[1];
}
