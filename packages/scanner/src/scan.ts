import { statSync } from "node:fs";
import { join } from "node:path";
import { type FileReport, ModelkeepError, type ModelReport } from "@modelkeep/findings";
import { scanModelFolder } from "./model/model-folder.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { rule as notAFile } from "./rules/mk1312.ts";
import { scanBytes, type ScanFileOptions, scanPath, unreadReport } from "./scan/scan-file.ts";
import { type Entry, type ModelFolder, walk } from "./scan/walk.ts";

/** What can be scanned: a path of a file or folder, or bytes in memory. */
export type ScanInput = string | Uint8Array;

export interface ScanOptions {
  readonly policy?: Policy;
  /** Scans one file; a `ScanService`'s method to use its workers (default: in this thread). */
  readonly scanMember?: (path: string, options: ScanFileOptions) => FileReport | Promise<FileReport>;
}

/** One report, as it comes: every file of a model first, then the model itself. `error`: something could not be read. */
export type ScanEvent =
  | { readonly kind: "file"; readonly report: FileReport }
  | { readonly kind: "model"; readonly report: ModelReport }
  | { readonly kind: "error"; readonly path: string; readonly error: ModelkeepError };

/**
 * Scans files, folders and bytes; one report a file, in order. What a model folder says as a whole is on the
 * report of its MLmodel.
 * @throws {ModelkeepError} `NOT_FOUND` when an input or a file below a folder cannot be read
 */
export async function* scan(
  inputs: Iterable<ScanInput>,
  options: ScanOptions = {},
): AsyncGenerator<FileReport, void, undefined> {
  for await (const event of scanEvents(inputs, options)) {
    if (event.kind === "error") throw event.error;
    if (event.kind === "file") yield event.report;
  }
}

/** As `scan`, with the reports of whole models between, and going on after what cannot be read. */
export async function* scanEvents(
  inputs: Iterable<ScanInput>,
  options: ScanOptions = {},
): AsyncGenerator<ScanEvent, void, undefined> {
  for (const input of inputs) {
    if (typeof input !== "string") yield { kind: "file", report: scanBytes(input, policyOf(options)) };
    else yield* orError(input, scanPathOrFolder(input, options));
  }
}

async function* scanPathOrFolder(
  path: string,
  options: ScanOptions,
): AsyncGenerator<ScanEvent, void, undefined> {
  if (isFolder(path)) yield* scanFolder(path, options);
  else
    yield {
      kind: "file",
      report: await memberScan(options)(path, { ...policyOf(options), followSymlinks: true }),
    };
}

/** What cannot be read becomes an event, so that the rest is still scanned. */
async function* orError(
  path: string,
  events: AsyncGenerator<ScanEvent, void, undefined>,
): AsyncGenerator<ScanEvent, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof ModelkeepError)) throw error;
    yield { kind: "error", path, error };
  }
}

function policyOf(options: ScanOptions): { policy: Policy } {
  return { policy: options.policy ?? DEFAULT_POLICY };
}

function memberScan(options: ScanOptions): NonNullable<ScanOptions["scanMember"]> {
  return options.scanMember ?? scanPath;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelkeepError("NOT_FOUND", `cannot read ${path}: ${reason}`, { cause });
  }
}

/** How many files are under way at once: enough for every worker, few enough that reports stay in order cheaply. */
const WINDOW = 64;

async function* scanFolder(folder: string, options: ScanOptions): AsyncGenerator<ScanEvent, void, undefined> {
  const { entries, models } = walk(folder);
  yield* scanLoose(
    entries.filter((entry) => !entry.inModel),
    folder,
    options,
  );
  for (const model of models) yield* orError(model.path, scanModel(model, options));
}

/** A model within a model is judged as one as well, but its files are reported once. */
async function* scanModel(
  model: ModelFolder,
  options: ScanOptions,
): AsyncGenerator<ScanEvent, void, undefined> {
  const report = await scanModelFolder(model.path, { ...options, name: model.path });
  if (!model.nested) {
    for (const file of report.files) yield { kind: "file", report: file };
  }
  yield { kind: "model", report };
}

async function* scanLoose(
  entries: readonly Entry[],
  folder: string,
  options: ScanOptions,
): AsyncGenerator<ScanEvent, void, undefined> {
  const running: Promise<ScanEvent>[] = [];
  for (const entry of entries) {
    running.push(scanEntry(entry, folder, options));
    const first = running.length >= WINDOW ? running.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const event of running) yield await event;
}

async function scanEntry(entry: Entry, folder: string, options: ScanOptions): Promise<ScanEvent> {
  const { policy } = policyOf(options);
  if (entry.kind !== "file") {
    const what = entry.kind === "symlink" ? "a symbolic link" : "a device, pipe or socket";
    const message = `${entry.relative} is ${what}`;
    return {
      kind: "file",
      report: unreadReport(join(folder, entry.relative), entry.kind, notAFile, message, policy),
    };
  }
  try {
    return { kind: "file", report: await memberScan(options)(entry.path, { policy }) };
  } catch (error) {
    if (error instanceof ModelkeepError) return { kind: "error", path: entry.path, error };
    throw error;
  }
}
