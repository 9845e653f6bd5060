import type { ModelReport } from "@modelkeep/findings";
import type { FetchedFile, KnownFile } from "@modelkeep/mlflow";

/** A version that passed everything, and where its bytes are: in the cache, by their hashes. */
export interface VerifiedModel {
  readonly uri: string;
  readonly source: string;
  readonly name?: string;
  readonly version?: string;
  readonly digest: string;
  readonly files: readonly FetchedFile[];
  /** Milliseconds since 1970. */
  readonly time: number;
}

// The seal says who wrote a record; these say that it was this version of the program that did.

type Entries = Readonly<Record<string, unknown>>;

function isEntries(value: unknown): value is Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isHash = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{64}$/u.test(value);

export function isKnownFile(value: unknown): value is KnownFile {
  return isEntries(value) && typeof value["etag"] === "string" && isHash(value["sha256"]);
}

export function isReport(value: unknown): value is ModelReport {
  return (
    isEntries(value) &&
    typeof value["verdict"] === "string" &&
    value["admitted"] === true &&
    Array.isArray(value["files"]) &&
    Array.isArray(value["findings"])
  );
}

export function isVerified(value: unknown): value is VerifiedModel {
  return (
    isEntries(value) &&
    typeof value["uri"] === "string" &&
    typeof value["source"] === "string" &&
    typeof value["time"] === "number" &&
    isHash(value["digest"]) &&
    Array.isArray(value["files"]) &&
    value["files"].every(isFile)
  );
}

function isFile(value: unknown): value is FetchedFile {
  return (
    isEntries(value) &&
    typeof value["path"] === "string" &&
    Number.isSafeInteger(value["size"]) &&
    isHash(value["sha256"])
  );
}
