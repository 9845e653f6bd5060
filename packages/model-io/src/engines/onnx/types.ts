import type { NumericDType } from "@modelkeep/estimators/data";
import { ModelkeepError } from "@modelkeep/findings";

export type ElementType = NumericDType | "string";

const ELEMENTS: ReadonlySet<string> = new Set<ElementType>([
  "float64",
  "float32",
  "int64",
  "int32",
  "int16",
  "int8",
  "uint64",
  "uint32",
  "uint16",
  "uint8",
  "bool",
  "string",
]);
/** What ONNX calls them where it differs from NumPy. */
const ONNX_NAMES: ReadonlyMap<string, string> = new Map([
  ["float32", "float"],
  ["float64", "double"],
]);

/**
 * The element type of a tensor that goes in or out.
 * @throws {ModelkeepError} `UNSUPPORTED_MODEL` for sequences, maps and types that no JavaScript array holds
 */
export function elementType(
  what: string,
  meta: { readonly isTensor: boolean; readonly type?: string },
): ElementType {
  const type = meta.isTensor ? (meta.type ?? "an unknown type") : "no tensor";
  if (isElementType(type)) return type;
  throw new ModelkeepError(
    "UNSUPPORTED_MODEL",
    `the native engine has no ONNX models whose ${what} is ${type}: use engine sandbox`,
  );
}

function isElementType(type: string): type is ElementType {
  return ELEMENTS.has(type);
}

/** As onnxruntime prints it. */
export function shownType(type: string): string {
  return `tensor(${ONNX_NAMES.get(type) ?? type})`;
}
