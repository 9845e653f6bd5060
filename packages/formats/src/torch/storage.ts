import { FormatError } from "../context.ts";
import type { PersistentValue, Value } from "../value.ts";

/** Bytes per element of the storage classes that torch writes (torch/storage.py, `_dtype_to_storage_type_map`). */
const ELEMENT_BYTES = new Map([
  ["DoubleStorage", 8],
  ["FloatStorage", 4],
  ["HalfStorage", 2],
  ["BFloat16Storage", 2],
  ["LongStorage", 8],
  ["IntStorage", 4],
  ["ShortStorage", 2],
  ["CharStorage", 1],
  ["ByteStorage", 1],
  ["BoolStorage", 1],
  ["ComplexDoubleStorage", 16],
  ["ComplexFloatStorage", 8],
  ["QUInt8Storage", 1],
  ["QInt8Storage", 1],
  ["QInt32Storage", 4],
  ["QUInt4x2Storage", 1],
  ["QUInt2x4Storage", 1],
  ["UntypedStorage", 1],
]);

/** A storage that a tensor refers to: `('storage', class, key, location, elements[, view])`. */
export interface StorageReference {
  readonly key: string;
  readonly elements: number;
  readonly bytes: number;
}

/**
 * Reads a persistent id as torch's `persistent_load` does.
 * @throws {FormatError} `malformed` for anything but a storage, `unsupported` for an unknown class
 */
export function storageReference(value: PersistentValue): StorageReference {
  const items = value.id.kind === "tuple" || value.id.kind === "list" ? value.id.items : [];
  const [tag, type, key, location, count] = items;
  const elements = asCount(count);
  if (
    tag?.kind !== "str" ||
    tag.value !== "storage" ||
    type?.kind !== "global" ||
    key?.kind !== "str" ||
    location?.kind !== "str" ||
    elements === undefined
  ) {
    throw new FormatError("malformed", "a persistent id that is no torch storage", value.offset);
  }
  const width = storageModule(type.module) ? ELEMENT_BYTES.get(type.name) : undefined;
  if (width === undefined) {
    throw new FormatError("unsupported", `unknown storage class ${type.module}.${type.name}`, value.offset);
  }
  return { key: key.value, elements, bytes: elements * width };
}

function storageModule(module: string): boolean {
  return module === "torch" || module === "torch.storage" || module === "torch.cuda";
}

function asCount(value: Value | undefined): number | undefined {
  if (value?.kind !== "int" || typeof value.value !== "number" || value.value < 0) return undefined;
  return value.value;
}

/**
 * The storages of a graph by key.
 * @throws {FormatError} `ambiguous` when one key is given two sizes
 */
export function storagesOf(persistent: readonly PersistentValue[]): Map<string, StorageReference> {
  const storages = new Map<string, StorageReference>();
  for (const value of persistent) {
    const reference = storageReference(value);
    const known = storages.get(reference.key);
    if (known !== undefined && known.bytes !== reference.bytes) {
      throw new FormatError(
        "ambiguous",
        `storage ${JSON.stringify(reference.key)} has two sizes`,
        value.offset,
      );
    }
    storages.set(reference.key, reference);
  }
  return storages;
}
