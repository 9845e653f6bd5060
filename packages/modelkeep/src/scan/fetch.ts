import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileReport, ModelkeepError } from "@modelkeep/findings";
import type { ScanEvent } from "@modelkeep/scanner/scan";

const URI = /^[a-z][a-z0-9+.-]+:\//iu;

/** Whether an input is a URI rather than a path. A path that looks like one can be written `./models:/…`. */
export function isUri(input: string): boolean {
  return URI.test(input);
}

/** What a URI named, in a private folder of this machine. */
export interface Fetched extends Disposable {
  readonly folder: string;
}

/**
 * Brings what a URI names into a private temporary folder; disposing removes it.
 * @throws {ModelkeepError} `NOT_FOUND` with what the server or the URI's parser said
 */
export async function fetchUri(uri: string, trackingUri: string | undefined): Promise<Fetched> {
  const { connect, fetchModel, MlflowError, resolveModelUri } = await import("@modelkeep/mlflow");
  const folder = mkdtempSync(join(tmpdir(), "modelkeep-scan-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when the process ends in the middle.
  process.once("exit", remove);
  const fetched = {
    folder,
    [Symbol.dispose]() {
      process.removeListener("exit", remove);
      remove();
    },
  };
  try {
    const connection = once(() => connect(trackingUri === undefined ? {} : { trackingUri }));
    await fetchModel(await resolveModelUri(uri, connection), folder, { connection, single: true });
    return fetched;
  } catch (cause) {
    fetched[Symbol.dispose]();
    if (cause instanceof MlflowError) {
      throw new ModelkeepError("NOT_FOUND", `cannot fetch ${uri}: ${cause.message}`, { cause });
    }
    throw cause;
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** An event that brings a report. */
export type Reported = Exclude<ScanEvent, { kind: "error" }>;

/** The same event with `shown` in place of the local folder in its paths. */
export function renamed(event: Reported, folder: string, shown: string): Reported {
  const rename = (path: string): string =>
    path.startsWith(folder) ? shown + path.slice(folder.length) : path;
  const file = (report: FileReport): FileReport => ({ ...report, path: rename(report.path) });
  if (event.kind === "file") return { kind: "file", report: file(event.report) };
  const { report } = event;
  return {
    kind: "model",
    report: { ...report, path: rename(report.path), files: report.files.map((one) => file(one)) },
  };
}
