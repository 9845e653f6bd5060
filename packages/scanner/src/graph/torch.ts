import type { CallValue, GlobalValue, Value } from "@modelkeep/formats";
import type { AllowEntry, ContractBreach } from "../allowlist/entry.ts";

/**
 * What a torch checkpoint of plain tensors needs, from torch/_weights_only_unpickler.py (`_get_allowed_globals`)
 * and torch/_utils.py of versions 1.13 to 2.9. Deliberately without `_rebuild_from_type_v2` (calls any class's
 * `__setstate__`), `_rebuild_wrapper_subclass` and `_load_from_bytes` (loads another file).
 */
const EVIDENCE = "torch 1.13 to 2.9: torch.load(weights_only=True)";

const STORAGES =
  "FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage CharStorage ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage QInt8Storage QUInt8Storage QInt32Storage QUInt4x2Storage QUInt2x4Storage";
const DTYPES =
  "float16 float32 float64 half float double bfloat16 uint8 int8 int16 int32 int64 short int long bool complex32 complex64 complex128 uint16 uint32 uint64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz qint8 quint8 qint32";

const ENTRIES: ReadonlyMap<string, AllowEntry> = new Map(
  [
    ...STORAGES.split(" ").map((name) => reference("torch", name)),
    reference("torch.storage", "UntypedStorage"),
    reference("torch.storage", "TypedStorage"),
    ...DTYPES.split(" ").map((name) => reference("torch", name)),
    ...["strided", "sparse_coo", "contiguous_format", "preserve_format"].map((name) =>
      reference("torch", name),
    ),
    constructor("torch._utils", "_rebuild_tensor", tensorContract(4, 4)),
    constructor("torch._utils", "_rebuild_tensor_v2", tensorContract(6, 7)),
    constructor("torch._utils", "_rebuild_parameter", parameterContract),
    constructor("torch", "Size", sizeContract),
    constructor("torch", "device", deviceContract),
    ...["build_intlist", "build_doublelist", "build_boollist", "build_tensorlist"].map((name) =>
      constructor("torch.jit._pickle", name, typedListContract),
    ),
  ].map((entry) => [`${entry.module}\0${entry.name}`, entry]),
);

/** The allowlist of torch's own globals. Exact names only. */
export function lookupTorch(module: string, name: string): AllowEntry | undefined {
  return ENTRIES.get(`${module}\0${name}`);
}

const STORAGE_NAMES: ReadonlySet<string> = new Set(STORAGES.split(" "));

/** Whether a global is one of the classes that a persistent id may name. */
export function isStorageClass(value: GlobalValue): boolean {
  if (value.module === "torch.storage") return value.name === "UntypedStorage";
  return value.module === "torch" && STORAGE_NAMES.has(value.name);
}

function reference(module: string, name: string): AllowEntry {
  return { module, name, reference: true, evidence: EVIDENCE };
}

function constructor(module: string, name: string, call: NonNullable<AllowEntry["call"]>): AllowEntry {
  return { module, name, reference: false, call, evidence: EVIDENCE };
}

function tensorContract(least: number, most: number): NonNullable<AllowEntry["call"]> {
  return (call) => {
    const items = plainArguments(call);
    if (items === undefined) return breach(call, "takes a tuple of arguments and no state");
    if (items.length < least || items.length > most)
      return breach(call, `takes ${least} to ${most} arguments`);
    const [storage, offset, size, stride] = items;
    if (storage?.kind !== "persistent") return breach(call, "the storage is no storage of this file");
    if (offset?.kind !== "int" || offset.value < 0) return breach(call, "the storage offset is no count");
    if (!isCounts(size) || !isCounts(stride)) return breach(call, "size and stride are not tuples of counts");
    if (size.items.length !== stride.items.length) return breach(call, "size and stride differ in length");
    if (!fits(storage.id, offset.value, size, stride)) return breach(call, "the tensor leaves its storage");
    const [grad, hooks, metadata] = items.slice(4);
    if (grad !== undefined && grad.kind !== "bool") return breach(call, "requires_grad is no bool");
    if (hooks !== undefined && !isEmptyHooks(hooks)) return breach(call, "has backward hooks");
    const plain = metadata === undefined || metadata.kind === "none" || metadata.kind === "dict";
    return plain ? undefined : breach(call, "the metadata is no dict");
  };
}

type Counts = Extract<Value, { kind: "tuple" }>;

function isCounts(value: Value | undefined): value is Counts {
  return value?.kind === "tuple" && value.items.every((item) => item.kind === "int" && item.value >= 0);
}

/** Whether the last element that a strided view addresses is inside the storage. */
function fits(id: Value, offset: number | bigint, size: Counts, stride: Counts): boolean {
  if (id.kind !== "tuple") return false;
  const elements = id.items[4];
  if (elements?.kind !== "int") return false;
  let last = BigInt(offset);
  for (const [index, item] of size.items.entries()) {
    const step = stride.items[index];
    if (item.kind !== "int" || step?.kind !== "int") return false;
    if (BigInt(item.value) === 0n) return true;
    last += (BigInt(item.value) - 1n) * BigInt(step.value);
  }
  return last < BigInt(elements.value);
}

function parameterContract(call: CallValue): ContractBreach | undefined {
  const items = plainArguments(call);
  if (items?.length !== 3) return breach(call, "takes a tensor, a flag and hooks");
  const [tensor, flag, hooks] = items;
  if (tensor?.kind !== "call" || flag?.kind !== "bool") return breach(call, "takes a tensor and a flag");
  return isEmptyHooks(hooks) ? undefined : breach(call, "has backward hooks");
}

function isEmptyHooks(value: Value | undefined): boolean {
  if (value?.kind === "none") return true;
  if (value?.kind === "dict") return value.entries.length === 0;
  return value?.kind === "call" && value.entries.length === 0 && value.states.length === 0;
}

function sizeContract(call: CallValue): ContractBreach | undefined {
  const items = plainArguments(call);
  const [counts] = items ?? [];
  const good =
    items?.length === 1 && (isCounts(counts) || (counts?.kind === "list" && counts.items.length === 0));
  return good ? undefined : breach(call, "takes one tuple of counts");
}

/** TorchScript's lists of one type (torch/jit/_pickle.py): each of these functions returns the list it is given. */
function typedListContract(call: CallValue): ContractBreach | undefined {
  const items = plainArguments(call);
  return items?.length === 1 && items[0]?.kind === "list" ? undefined : breach(call, "takes one list");
}

function deviceContract(call: CallValue): ContractBreach | undefined {
  const items = plainArguments(call);
  const [kind, index, ...rest] = items ?? [];
  const good = kind?.kind === "str" && (index === undefined || index.kind === "int") && rest.length === 0;
  return good ? undefined : breach(call, "takes a name and a number");
}

function plainArguments(call: CallValue): readonly Value[] | undefined {
  const changed = call.states.length + call.appended.length + call.entries.length > 0;
  if (changed || call.kwargs !== undefined || call.args.kind !== "tuple") return undefined;
  return call.args.items;
}

function breach(call: CallValue, reason: string): ContractBreach {
  return { reason, at: call.offset };
}
