import { SigningError } from "@modelkeep/signing/errors";
import type { Difference } from "@modelkeep/signing/manifest/compare";
import { shown } from "@modelkeep/signing/manifest/names";
import type { ModelComparison, VerifiedBundle } from "@modelkeep/signing/verify";

/** More lines help nobody; JSON has them all. */
const MOST = 50;

/** One line for each difference. */
export function differencesText(differences: readonly Difference[]): string {
  const lines = differences.slice(0, MOST).map((difference) => `  ${lineOf(difference)}\n`);
  const more = differences.length - lines.length;
  return lines.join("") + (more > 0 ? `  and ${more} more\n` : "");
}

function lineOf(difference: Difference): string {
  const path = shown(difference.path);
  switch (difference.kind) {
    case "missing":
      return `missing  ${path}`;
    case "extra":
      return `unsigned ${path}`;
    case "changed":
      return `changed  ${path}`;
    case "renamed":
      return `missing  ${path}: its content is in ${shown(difference.to)}`;
    case "swapped":
      return `changed  ${path}: holds what was signed as ${shown(difference.with)}`;
  }
}

/** The differences as an error that says what to do; undefined when there are none. */
export function mismatch({
  differences,
  manifest,
}: VerifiedBundle & ModelComparison): SigningError | undefined {
  const [first] = differences;
  if (first === undefined) return undefined;
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : "";
  const advice = adviceFor(differences, manifest.serialization.ignorePaths);
  const message = `the model is not what was signed: ${lineOf(first).replace(/ +/u, " ")}${more}`;
  return new SigningError("model-mismatch", message, advice === undefined ? {} : { advice });
}

/** Unsigned files that the signer left out on purpose are the caller's to decide on. */
function adviceFor(differences: readonly Difference[], left: readonly string[]): string | undefined {
  const leftOut = ({ kind, path }: Difference) =>
    kind === "extra" && left.some((one) => path === one || path.startsWith(`${one}/`));
  if (!differences.every(leftOut)) return undefined;
  return "the signer left these files out: take them out of the model, or name them with --ignore-paths or --ignore-git-paths";
}
