import type { DType, NumericDType } from "../data.ts";

const NUMERIC: ReadonlyMap<string, { kind: "f" | "i" | "u" | "b"; size: number }> = new Map([
  ["float64", { kind: "f", size: 8 }],
  ["float32", { kind: "f", size: 4 }],
  ["int64", { kind: "i", size: 8 }],
  ["int32", { kind: "i", size: 4 }],
  ["int16", { kind: "i", size: 2 }],
  ["int8", { kind: "i", size: 1 }],
  ["uint64", { kind: "u", size: 8 }],
  ["uint32", { kind: "u", size: 4 }],
  ["uint16", { kind: "u", size: 2 }],
  ["uint8", { kind: "u", size: 1 }],
  ["bool", { kind: "b", size: 1 }],
]);

export function isNumeric(dtype: DType): dtype is NumericDType {
  return NUMERIC.has(dtype);
}

function intOf(kind: "i" | "u", size: number): NumericDType {
  const bits = Math.min(size, 8) * 8;
  return (kind === "i" ? `int${bits}` : `uint${bits}`) as NumericDType;
}

/** `numpy.result_type` of two arrays' dtypes. */
export function resultType(a: NumericDType, b: NumericDType): NumericDType {
  if (a === b) return a;
  const x = NUMERIC.get(a);
  const y = NUMERIC.get(b);
  if (x === undefined || y === undefined) return "float64";
  if (x.kind === "b") return b;
  if (y.kind === "b") return a;
  if (x.kind === "f" || y.kind === "f") {
    const other = x.kind === "f" ? y : x;
    const float = x.kind === "f" ? x : y;
    if (float.size === 8) return "float64";
    return other.kind === "f"
      ? other.size === 8
        ? "float64"
        : "float32"
      : other.size <= 2
        ? "float32"
        : "float64";
  }
  if (x.kind === y.kind) return intOf(x.kind, Math.max(x.size, y.size));
  const signed = x.kind === "i" ? x : y;
  const unsigned = x.kind === "i" ? y : x;
  if (signed.size > unsigned.size) return intOf("i", signed.size);
  return unsigned.size === 8 ? "float64" : intOf("i", unsigned.size * 2);
}

/** The dtype that scikit-learn's `FLOAT_DTYPES` check gives: float32 stays, all else becomes float64. */
export function floatType(dtype: NumericDType): "float64" | "float32" {
  return dtype === "float32" ? "float32" : "float64";
}

export function isFloat(dtype: NumericDType): boolean {
  return NUMERIC.get(dtype)?.kind === "f";
}

/** Whether a whole number lies within the range of a dtype of whole numbers. */
export function fitsInteger(value: number, dtype: NumericDType): boolean {
  const { kind, size } = NUMERIC.get(dtype) ?? { kind: "b", size: 1 };
  if (kind === "b") return value === 0 || value === 1;
  const low = kind === "i" ? -(2 ** (size * 8 - 1)) : 0;
  return Number.isInteger(value) && value >= low && value < low + 2 ** (size * 8);
}
