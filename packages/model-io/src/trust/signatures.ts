import { join } from "node:path";
import { bufferSource, BytesError } from "@modelkeep/bytes";
import { ModelkeepError } from "@modelkeep/findings";
import { MAX_BUNDLE_BYTES, readWhole } from "@modelkeep/signing/bundle/read";
import { parseBundle } from "@modelkeep/signing/bundle/parse";
import { SigningError } from "@modelkeep/signing/errors";
import type { FoundSignature } from "@modelkeep/signing/trust/judge-signature";
import { sha256Of } from "@modelkeep/bytes";
import type { Quarantined } from "../quarantine.ts";

/** More than any honest model has; each one costs reading and verifying. */
const MAX_SIGNATURES = 16;

type Model = Pick<Quarantined, "folder" | "files">;

/**
 * The signature files of a model: those directly in its folder whose names end in `.sig`. Read once into memory, and
 * only if they are what was hashed when they came.
 * @throws {ModelkeepError} `LIMIT_EXCEEDED`, `INTEGRITY`
 */
export function findSignatures(model: Model): readonly FoundSignature[] {
  const named = model.files.filter(({ path }) => isSignatureName(path));
  if (named.length > MAX_SIGNATURES) {
    throw new ModelkeepError(
      "LIMIT_EXCEEDED",
      `the model has ${named.length} signature files (*.sig), more than ${MAX_SIGNATURES}: take those out that nobody needs`,
    );
  }
  return named.map(({ path, sha256 }) => ({
    path,
    content: contentOf(join(model.folder, path), path, sha256),
  }));
}

/** Signatures lie at the model's root: `model.sig`, `release.sig`, … */
export function isSignatureName(path: string): boolean {
  return /^[^/]+\.sig$/u.test(path);
}

function contentOf(file: string, path: string, sha256: string): FoundSignature["content"] {
  try {
    const bytes = readWhole(file, MAX_BUNDLE_BYTES);
    if (sha256Of(bufferSource(bytes, path)) !== sha256) {
      throw new ModelkeepError(
        "INTEGRITY",
        `${path} changed after it came: something writes to the private folder`,
      );
    }
    return parseBundle(bytes);
  } catch (error) {
    if (error instanceof SigningError && error.isAnswer) return error;
    if (error instanceof BytesError)
      throw new ModelkeepError("INTEGRITY", `${path} cannot be read again`, { cause: error });
    throw error;
  }
}
