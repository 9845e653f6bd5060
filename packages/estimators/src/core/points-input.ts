import type { Points } from "../read/points.ts";
import { checkFeatures, checkNumeric, type Features, type NumericOptions } from "./check.ts";
import { asPoints } from "./distances.ts";
import type { Matrix } from "./matrix.ts";

/** The input of a method as rows of float64, after scikit-learn's checks. */
export function pointsInput(x: Matrix, features: Features, options: NumericOptions = {}): Points {
  checkFeatures(x, features);
  const { className } = features;
  return asPoints(
    options.sparse === true
      ? checkNumeric(x, className, { ...options, sparse: true })
      : checkNumeric(x, className, options),
  );
}
