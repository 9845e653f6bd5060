import type { Scalar, Tensor } from "@modelkeep/estimators/data";
import { invalidInput } from "../../errors.ts";
import type { OrtTensor } from "./api.ts";
import { type Given, matrixOf } from "./given.ts";
import { type ElementType, shownType } from "./types.ts";

/** An input of the model. */
export interface InputSpec {
  readonly name: string;
  readonly type: ElementType;
}

/** Numbers of a JSON or CSV document without a signature: 1 and 1.0 are the same there. */
export type Numbers = "typed" | "untyped";

/**
 * The tensors that a model is given, as `mlflow.onnx` makes them: a frame is one matrix for a model of one input, else a
 * column for each; 64-bit floats become 32-bit ones where the model wants those, and nothing else is cast
 * (mlflow/onnx/__init__.py `_OnnxModelWrapper.predict`).
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function feedsOf(
  given: Given,
  specs: readonly InputSpec[],
  numbers: Numbers,
): Record<string, OrtTensor> {
  const tensors = tensorsOf(given, specs);
  const feeds: Record<string, OrtTensor> = Object.create(null);
  for (const spec of specs) {
    const tensor = tensors.get(spec.name);
    if (tensor === undefined) throw invalidInput(`the model's input ${spec.name} is missing`);
    feeds[spec.name] = toOrt(spec, tensor, numbers);
  }
  for (const name of tensors.keys())
    if (!specs.some((spec) => spec.name === name)) throw invalidInput(`the model has no input ${name}`);
  return feeds;
}

function tensorsOf(given: Given, specs: readonly InputSpec[]): ReadonlyMap<string, Tensor> {
  if (given.kind === "tensors") return given.tensors;
  const [first] = specs;
  if (given.kind === "tensor") {
    if (specs.length === 1 && first !== undefined) return new Map([[first.name, given.tensor]]);
    const names = specs.map(({ name }) => name).join(", ");
    throw invalidInput(
      "Unable to map numpy array input to the expected model input. Numpy arrays can only be used as input for MLflow " +
        `ONNX models that have a single input. This model requires ${specs.length} inputs: ${names}.`,
    );
  }
  const { table } = given;
  if (specs.length === 1 && first !== undefined) return new Map([[first.name, matrixOf(table)]]);
  return new Map(
    specs.map(({ name }) => {
      const column = table.columns.get(name);
      if (column === undefined) throw invalidInput(`the input has no column ${name}`);
      const { values, dtype } = column;
      return [name, { data: values as readonly Scalar[], shape: [values.length], dtype }];
    }),
  );
}

function toOrt({ name, type }: InputSpec, tensor: Tensor, numbers: Numbers): OrtTensor {
  const dtype = tensor.dtype ?? "float64";
  const isText = dtype === "str" || dtype === "object";
  const isFloat = type === "float32" || type === "float64";
  const fits =
    dtype === type ||
    (dtype === "float64" && type === "float32") ||
    (isText && type === "string") ||
    (numbers === "untyped" && isFloat && (dtype === "int64" || dtype === "float64"));
  if (!fits)
    throw invalidInput(
      `${name}: Unexpected input data type. Actual: (${shownType(dtype)}) , expected: (${shownType(type)})`,
    );
  const size = tensor.shape.reduce((product, length) => product * length, 1);
  if (size !== tensor.data.length)
    throw invalidInput(
      `${name}: ${tensor.data.length} elements do not make the shape [${tensor.shape.join(", ")}]`,
    );
  return make(type, tensor, name);
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

function make(type: ElementType, { data, shape }: Tensor, name: string): OrtTensor {
  const all = <Value>(read: (value: Scalar, name: string) => Value): Value[] =>
    Array.from(data, (value) => read(value, name));
  const made = (elements: ArrayLike<unknown>): OrtTensor => ({ type, data: elements, dims: shape });
  if (type === "string") return made(all(textOf));
  if (type === "int64") return made(BigInt64Array.from(all(wholeOf)));
  if (type === "uint64") return made(BigUint64Array.from(all(wholeOf)));
  if (type === "bool") return made(Uint8Array.from(data, Number));
  return made(ARRAYS[type].from(all(numberOf)));
}

function textOf(value: Scalar, name: string): string {
  if (typeof value === "string") return value;
  throw invalidInput(`${name}: the model takes texts, and ${String(value)} is none`);
}

function wholeOf(value: Scalar, name: string): bigint {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value)))
    return BigInt(value);
  throw invalidInput(`${name}: ${String(value)} is no whole number`);
}

function numberOf(value: Scalar, name: string): number {
  if (value === null) return Number.NaN;
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  throw invalidInput(`${name}: ${JSON.stringify(value)} is no number`);
}
