import { expect, test } from "vitest";
import { refuseWholeNumbers } from "./whole-numbers.ts";

const MIXTURE = "sklearn.mixture._gaussian_mixture.GaussianMixture";
const LINEAR = "sklearn.linear_model._logistic.LogisticRegression";
const tensor = (dtype: "int64" | "float64") => ({ data: [1, 2], shape: [1, 2], dtype });
const frame = (dtype: "int64" | "float64") =>
  ({ columns: { a: [1], b: [0.5] }, dtypes: { a: dtype, b: "float64" } }) as const;

// MLflow 3.17 with scikit-learn 1.9 answers {"inputs": [[1.0, 2.0, 3.0]]} and {"inputs": [[1, 2, 3]]} differently.
test.each([
  ["a tensor", tensor("int64")],
  ["a column among others", frame("int64")],
])("whole numbers in %s are refused for a model that tells 1 from 1.0", (_, input) => {
  expect(() => refuseWholeNumbers(["sklearn.pipeline.Pipeline", MIXTURE], input)).toThrow(
    /log the model with a signature/u,
  );
});

test("fractions are not, nor is anything for other models", () => {
  expect(() => refuseWholeNumbers([MIXTURE], tensor("float64"))).not.toThrow();
  expect(() => refuseWholeNumbers([MIXTURE], frame("float64"))).not.toThrow();
  expect(() => refuseWholeNumbers([LINEAR], tensor("int64"))).not.toThrow();
});
