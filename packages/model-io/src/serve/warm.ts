import type { Scalar } from "@modelkeep/estimators/data";
import { ModelkeepError } from "@modelkeep/findings";
import type { ColumnType, InputSchema } from "@modelkeep/mlflow";
import { SandboxError } from "@modelkeep/sandbox";
import type { SecureModel } from "../model.ts";

/**
 * Lets a model answer once before it answers anybody: one row made from its signature. The row's values mean nothing,
 * so that the model refuses them is no fault; that its engine fails, or cannot evaluate what the signature asks, is.
 * @throws {ModelkeepError}
 */
export async function warm(model: SecureModel): Promise<void> {
  const row = rowOf(model.signature.inputs);
  if (row === undefined) return;
  try {
    await model.predict({ inputs: row });
  } catch (error) {
    if (!isAboutInput(error)) throw error;
  }
}

function isAboutInput(error: unknown): boolean {
  if (!(error instanceof ModelkeepError)) return false;
  if (error.code === "INVALID_INPUT") return true;
  return error.cause instanceof SandboxError && error.cause.code === "model-error";
}

/** Undefined without a signature, and for what one plain row cannot be made of. */
function rowOf(schema: InputSchema | undefined): unknown {
  if (schema === undefined) return undefined;
  if (schema.kind === "columns") {
    const cells = schema.columns.map(({ name, type }): [string | undefined, Scalar | undefined] => [
      name,
      cell(type),
    ]);
    if (cells.some(([, value]) => value === undefined)) return undefined;
    const named = cells.filter((one): one is [string, Scalar] => one[0] !== undefined);
    return named.length === 0
      ? [cells.map(([, value]) => value)]
      : Object.fromEntries(named.map(([name, value]) => [name, [value]]));
  }
  const [tensor, ...others] = schema.tensors;
  if (tensor === undefined || others.length > 0 || tensor.name !== undefined) return undefined;
  const shape = tensor.shape.map((length) => (length === -1 ? 1 : length));
  const size = shape.reduce((product, length) => product * length, 1);
  return size > MAX_CELLS ? undefined : zeros(shape, /^(?:str|object)/u.test(tensor.dtype) ? "" : 0);
}

const MAX_CELLS = 100_000;

function cell(type: ColumnType): Scalar | undefined {
  if (type.kind !== "scalar") return undefined;
  switch (type.type) {
    case "boolean":
      return false;
    case "string":
      return "";
    case "binary":
    case "datetime":
      return undefined;
    case "integer":
    case "long":
    case "float":
    case "double":
      break;
  }
  return 0;
}

function zeros(shape: readonly number[], value: Scalar): unknown {
  const [length, ...rest] = shape;
  return length === undefined ? value : Array.from({ length }, () => zeros(rest, value));
}
