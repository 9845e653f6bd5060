import { BytesError } from "@modelkeep/bytes";
import { openFileSource } from "@modelkeep/bytes/file";
import type { MlmodelFacts } from "@modelkeep/formats";
import { analyze } from "@modelkeep/formats/analyze";

/** Far above any honest MLmodel, far below what would hurt. */
const MAX_BYTES = 4 * 2 ** 20;

/** What a MLmodel says, or undefined when it is missing, no regular file, or not readable as one (its own report says why). */
export function readMlmodel(path: string): MlmodelFacts | undefined {
  try {
    const source = openFileSource(path);
    try {
      if (source.size > MAX_BYTES) return undefined;
      return mlmodelFact(analyze(source).facts);
    } finally {
      source.close();
    }
  } catch (error) {
    // Not there, or a link: the folder's judgement reports that as a finding.
    if (error instanceof BytesError && (error.code === "io" || error.code === "unsupported"))
      return undefined;
    throw error;
  }
}

function mlmodelFact(facts: ReturnType<typeof analyze>["facts"]): MlmodelFacts | undefined {
  return facts.find((fact) => fact.kind === "mlmodel")?.document;
}
