import type { Input } from "@modelkeep/estimators/data";
import { invalidInput } from "../errors.ts";
import { isFrame, isTensor } from "../input/typed.ts";

/** Estimators whose answer for `1` is not the one for `1.0`: they write into arrays of the input's own type. */
const TELL_APART: ReadonlySet<string> = new Set([
  "sklearn.kernel_approximation.AdditiveChi2Sampler",
  "sklearn.mixture._gaussian_mixture.GaussianMixture",
  "sklearn.mixture._bayesian_mixture.BayesianGaussianMixture",
]);

/**
 * Refuses whole numbers of a JSON or CSV document where they decide: `1.0` and `1` are one number once they are read,
 * and Python keeps them apart. A signature says which they are, and so does typed input.
 * @param parts full names of all estimators in the model
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function refuseWholeNumbers(parts: readonly string[], input: Input): void {
  const part = parts.find((name) => TELL_APART.has(name));
  if (part === undefined || !dtypesOf(input).some((dtype) => dtype?.startsWith("int"))) return;
  throw invalidInput(
    `${part} answers 1 and 1.0 differently, which a document without a signature does not tell apart: ` +
      "log the model with a signature, or send Arrow",
  );
}

function dtypesOf(input: Input): readonly (string | undefined)[] {
  if (isTensor(input)) return [input.dtype];
  return isFrame(input) ? Object.values(input.dtypes ?? {}) : [];
}
