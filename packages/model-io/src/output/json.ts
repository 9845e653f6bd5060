import type { Output, Scalar } from "@modelkeep/estimators/data";
import { isTensor } from "../input/typed.ts";
import { toPredictions } from "./predictions.ts";
import { stringifyPythonJson } from "./python-json.ts";

/**
 * A method's answer as MLflow's scoring server prints it, `{"predictions": …}`: floats keep their point (`1.0`), as
 * Python prints them.
 */
export function predictionsJson(output: Output): string {
  const text = isTensor(output)
    ? tensorJson(output.data, output.shape, output.dtype ?? "float64")
    : stringifyPythonJson(toPredictions(output));
  return `{"predictions": ${text}}`;
}

function tensorJson(data: ArrayLike<Scalar>, shape: readonly number[], dtype: string): string {
  const print = dtype === "float64" || dtype === "float32" ? floatText : scalarText;
  if (shape.length === 0) return print(data[0] ?? null);
  const build = (axis: number, start: number, stride: number): string => {
    const length = shape[axis] ?? 0;
    const last = axis === shape.length - 1;
    const step = length === 0 ? 0 : stride / length;
    let text = "[";
    for (let index = 0; index < length; index++) {
      if (index > 0) text += ", ";
      text += last ? print(data[start + index] ?? null) : build(axis + 1, start + index * step, step);
    }
    return `${text}]`;
  };
  return build(0, 0, data.length);
}

function floatText(value: Scalar): string {
  if (typeof value !== "number") return scalarText(value);
  if (Number.isInteger(value)) return Object.is(value, -0) ? "-0.0" : wholeText(value);
  return Number.isFinite(value) ? `${value}` : stringifyPythonJson(value);
}

function wholeText(value: number): string {
  const text = `${value}`;
  return text.includes("e") ? text : `${text}.0`;
}

function scalarText(value: Scalar): string {
  return typeof value === "number" && Number.isFinite(value) && value !== 0
    ? `${value}`
    : stringifyPythonJson(value);
}
