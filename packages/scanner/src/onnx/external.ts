import { lstatSync } from "node:fs";
import { join } from "node:path";
import { BytesError, type ByteSource } from "@modelkeep/bytes";
import { sha256Of } from "@modelkeep/bytes/digest";
import { openFileSource } from "@modelkeep/bytes/file";
import type { OnnxFacts } from "@modelkeep/formats/onnx/facts";
import { pathFault } from "../mlmodel/paths.ts";

type Tensor = OnnxFacts["external"][number];

/** A file that tensors of another file tile, with the hash of the bytes that they were held against. */
export interface TiledFile {
  /** Relative to the folder of the file that explains it, with `/`. */
  readonly path: string;
  readonly sha256: string;
}

export interface ExternalData {
  readonly files: readonly TiledFile[];
  /** Location → why the tensors do not explain that file. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Writers that align tensors put at most this much between two (onnx/external_data_helper.py). */
const MAX_PADDING = 65_536;
const MAX_FILES = 10_000;

/**
 * Holds the files that a model's tensors lie in against those tensors: they must tile each file, but for zeros that
 * align them.
 * @param folder that the model's file lies in
 * @throws {BytesError} `io` when a disk fails
 */
export function explainExternal(model: OnnxFacts, folder: string): ExternalData {
  const byLocation = new Map<string, Tensor[]>();
  for (const tensor of model.external) {
    const { location } = tensor;
    if (location === undefined || pathFault(location) !== undefined) continue;
    const tensors = byLocation.get(location);
    if (tensors === undefined) byLocation.set(location, [tensor]);
    else tensors.push(tensor);
  }
  const files: TiledFile[] = [];
  const faults = new Map<string, string>();
  for (const [location, tensors] of byLocation) {
    const tiled = files.length < MAX_FILES ? tiledFile(folder, location, tensors) : "is one file too many";
    if (typeof tiled === "string") faults.set(location, tiled);
    else files.push(tiled);
  }
  return { files, faults };
}

function tiledFile(folder: string, location: string, tensors: readonly Tensor[]): TiledFile | string {
  const steps = location.split("/");
  // One spelling, on every system: what is checked here is what a library opens.
  if (steps.some((step) => step === "" || step === ".") || /[\\%:]/u.test(location))
    return "is not spelt as a plain relative path";
  const odd = oddFolder(folder, steps.slice(0, -1));
  if (odd !== undefined) return odd;
  const source = opened(join(folder, ...steps));
  if (typeof source === "string") return source;
  try {
    const fault = tileFault(source, tensors);
    return fault ?? { path: location, sha256: sha256Of(source) };
  } finally {
    source.close();
  }
}

/** A link on the way leads out of the folder, whatever the location says. */
function oddFolder(folder: string, steps: readonly string[]): string | undefined {
  let path = folder;
  for (const step of steps) {
    path = join(path, step);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
      return `is not there: ${step} is no folder`;
  }
  return undefined;
}

function opened(path: string): ByteSource | string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    return "is not there, or is no regular file";
  try {
    return openFileSource(path);
  } catch (error) {
    if (error instanceof BytesError && error.code === "unsupported") return "is no regular file";
    throw error;
  }
}

function tileFault(source: ByteSource, tensors: readonly Tensor[]): string | undefined {
  let end = 0;
  for (const { start, size, hasLength } of tensors.toSorted((a, b) => a.start - b.start || a.size - b.size)) {
    if (start < end) return `holds two tensors in the same bytes, at ${start}`;
    if (start + size > source.size) return `ends at ${source.size}, before a tensor's ${start + size}`;
    if (!hasLength && start + size !== source.size)
      return `holds a tensor at ${start} of which it is not said where it ends`;
    if (start - end > MAX_PADDING || !source.view(end, start - end).every((byte) => byte === 0))
      return `holds bytes at ${end} that belong to no tensor`;
    end = start + size;
  }
  return end === source.size
    ? undefined
    : `holds ${source.size - end} bytes at its end that belong to no tensor`;
}
