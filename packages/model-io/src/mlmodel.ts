import { BytesError, type ByteSource } from "@modelkeep/bytes";
import { ModelkeepError } from "@modelkeep/findings";
import { FormatError } from "@modelkeep/formats/context";
import { readMlmodel } from "@modelkeep/formats/mlmodel/read";
import { parseSignature, type Signature } from "@modelkeep/mlflow";
import { openVerified } from "./engines/model-file.ts";
import { toModelkeepError } from "./errors.ts";
import type { Quarantined } from "./quarantine.ts";

type Entries = Readonly<Record<string, unknown>>;

/** What the loader needs of a MLmodel. */
export interface Mlmodel {
  readonly flavors: ReadonlyMap<string, Entries>;
  readonly signature: Signature;
  /** The method that `predict` of pyfunc calls. */
  readonly predictFn: string;
}

/**
 * Reads `MLmodel` of a quarantined model: the very bytes that were hashed.
 * @throws {ModelkeepError} `NOT_FOUND` when there is none, `UNSUPPORTED_MODEL` when it cannot be read in one way
 */
export function openMlmodel(model: Quarantined): Mlmodel {
  if (!model.files.some(({ path }) => path === "MLmodel")) {
    throw new ModelkeepError(
      "NOT_FOUND",
      "there is no MLmodel at this address: name the folder that holds it",
    );
  }
  let source: ByteSource | undefined;
  try {
    source = openVerified(model, "MLmodel");
    const facts = readMlmodel(source);
    if (facts === undefined)
      throw new ModelkeepError("UNSUPPORTED_MODEL", "MLmodel names no flavors: log it again");
    const flavors = new Map(Object.entries(facts.flavors));
    const predictFn = flavors.get("python_function")?.["predict_fn"];
    return {
      flavors,
      signature: parseSignature(facts.document["signature"]),
      predictFn: typeof predictFn === "string" ? predictFn : "predict",
    };
  } catch (error) {
    throw mlmodelError(error);
  } finally {
    source?.close();
  }
}

function mlmodelError(error: unknown): unknown {
  if (error instanceof FormatError || error instanceof BytesError) {
    return new ModelkeepError("UNSUPPORTED_MODEL", `MLmodel cannot be read: ${error.message}`, {
      cause: error,
    });
  }
  return toModelkeepError(error);
}
