import type { ByteSource } from "@modelkeep/bytes";
import type { CallValue, Value } from "@modelkeep/formats";
import type { ContractBreach } from "../entry.ts";
import { bytesOf } from "./array-view.ts";
import { breach, changedBeyond, type Contract, constructedBy, countOf, positional } from "./call.ts";

/** Bytes of one offset, by the name of the text type. Other types are refused by name. */
const TEXT_TYPES: ReadonlyMap<string, 4 | 8> = new Map([
  ["string", 4],
  ["utf8", 4],
  ["large_string", 8],
  ["large_utf8", 8],
]);

/** `type_for_alias("large_string")`: pandas 3 keeps columns of text in Arrow. */
export const typeAlias: Contract = (call) => {
  const [name, ...rest] = positional(call) ?? [];
  const known = name?.kind === "str" && TEXT_TYPES.has(name.value) && rest.length === 0;
  return known ? changedBeyond(call) : breach(call, "names an Arrow type other than text");
};

/** `py_buffer(bytes)`. */
export const buffer: Contract = (call) => {
  const items = positional(call);
  const good = items?.length === 1 && bytesOf(items[0]) !== undefined;
  return good ? changedBeyond(call) : breach(call, "takes bytes only");
};

/**
 * `_restore_array((type, length, null count, offset, [validity, offsets, text], children, dictionary))` of
 * pyarrow/array.pxi: Arrow believes the offsets, so they have to rise and stay inside the text.
 */
export const restoreArray: Contract = (call) => {
  const [data, ...rest] = positional(call) ?? [];
  const changed = changedBeyond(call);
  if (changed !== undefined) return changed;
  if (data?.kind !== "tuple" || data.items.length < 6 || rest.length > 0)
    return breach(call, "takes the parts of an array");
  const [type, length, , start, buffers, children, dictionary] = data.items;
  const width = TEXT_TYPES.get(aliasOf(type) ?? "");
  if (width === undefined) return breach(call, "restores an Arrow array other than text");
  const plain =
    children?.kind === "list" &&
    children.items.length === 0 &&
    (dictionary === undefined || dictionary.kind === "none");
  const count = countOf(length);
  const first = countOf(start);
  if (
    !plain ||
    count === undefined ||
    first === undefined ||
    buffers?.kind !== "list" ||
    buffers.items.length !== 3
  ) {
    return breach(call, "has parts that a text array does not have");
  }
  return textBuffers(call, buffers.items, first + count, width);
};

function aliasOf(type: Value | undefined): string | undefined {
  if (type?.kind !== "call" || constructedBy(type) !== "pyarrow.lib.type_for_alias") return undefined;
  const [name] = positional(type) ?? [];
  return name?.kind === "str" ? name.value : undefined;
}

function textBuffers(
  call: CallValue,
  [validity, offsets, text]: readonly Value[],
  end: number,
  width: 4 | 8,
): ContractBreach | undefined {
  const flags = bufferOf(validity);
  if (validity?.kind !== "none" && (flags === undefined || flags.size * 8 < end))
    return breach(call, "has fewer flags than elements");
  const places = bufferOf(offsets);
  if (end === 0 && offsets?.kind === "none") return undefined;
  if (places === undefined || places.size < (end + 1) * width)
    return breach(call, "has fewer offsets than elements");
  const size = text?.kind === "none" ? 0 : bufferOf(text)?.size;
  if (size === undefined) return breach(call, "has no text");
  const bytes = places.view(0, (end + 1) * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let last = 0;
  for (let i = 0; i <= end; i++) {
    const at = width === 8 ? Number(view.getBigInt64(i * 8, true)) : view.getInt32(i * 4, true);
    if (at < last || at > size) return breach(call, "has an offset outside its text");
    last = at;
  }
  return undefined;
}

function bufferOf(value: Value | undefined): ByteSource | undefined {
  if (value?.kind !== "call" || constructedBy(value) !== "pyarrow.lib.py_buffer") return undefined;
  return bytesOf(positional(value)?.[0]);
}
