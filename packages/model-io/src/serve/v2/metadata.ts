import type { InputSchema, ScalarType } from "@modelkeep/mlflow";
import type { SecureModel } from "../../model.ts";
import { datatypeOf } from "./datatypes.ts";

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

const OF_TYPE: Readonly<Record<ScalarType, string>> = {
  boolean: "BOOL",
  integer: "INT32",
  long: "INT64",
  float: "FP32",
  double: "FP64",
  string: "BYTES",
  binary: "BYTES",
  datetime: "BYTES",
};

/** Model metadata of the Open Inference Protocol, made from the schema signature; without one no tensors are known. */
export function modelMetadata(name: string, model: SecureModel): object {
  return {
    name,
    versions: [model.version ?? "1"],
    platform: "mlflow",
    inputs: tensors(model.signature.inputs, "input"),
    outputs: tensors(model.signature.outputs, "predict"),
  };
}

/** What the one answer of `predict` is called: as the signature does, where it names one. */
export function outputName(schema: InputSchema | undefined): string {
  const specs = schema === undefined ? [] : schema.kind === "tensors" ? schema.tensors : schema.columns;
  return (specs.length === 1 ? specs[0]?.name : undefined) ?? "predict";
}

function tensors(schema: InputSchema | undefined, unnamed: string): TensorMetadata[] {
  if (schema === undefined) return [];
  if (schema.kind === "tensors") {
    return schema.tensors.map(({ name, dtype, shape }, index) => ({
      name: name ?? numbered(unnamed, index),
      datatype: datatypeOf(dtype),
      shape,
    }));
  }
  return schema.columns.map(({ name, type }, index) => ({
    name: name ?? numbered(unnamed, index),
    datatype: type.kind === "scalar" ? OF_TYPE[type.type] : "BYTES",
    shape: [-1, 1],
  }));
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index}`;
}
