import { UsageError } from "../command.ts";

const URI = /^[a-z][a-z0-9+.-]+:\//iu;

/** Whether an input is a URI rather than a path. A path that looks like one can be written `./models:/…`. */
export function isUri(input: string): boolean {
  return URI.test(input);
}

/** Brings what a URI names into a local folder. */
export function fetchUri(uri: string): never {
  throw new UsageError(
    `scan cannot fetch ${uri} yet`,
    "download it (mlflow artifacts download) and scan the folder",
  );
}
