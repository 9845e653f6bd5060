import { bufferSource } from "@modelkeep/bytes";
import { breach, byteLength, type Contract, startOfBytes, textEntries } from "./call.ts";
import { instance } from "./instance.ts";
import { xgboostHandleFault } from "./xgboost-document.ts";

/**
 * `xgboost.core.Booster`: `handle` holds the serialised model, which XGBoost's own reader takes; never a pointer. That
 * reader checks few indices, so they are checked here; its old binary form says too little of itself for that.
 */
export const xgboostBooster: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  const handle = state?.get("handle");
  if (handle === undefined || handle.kind === "none") return undefined;
  const start = startOfBytes(handle, byteLength(handle) ?? 0);
  if (start === undefined) return breach(call, "has a handle that is no bytes, which would be an address");
  if (start.startsWith("CONFIG-offset:") || start.startsWith("binf"))
    return breach(call, "has a model in XGBoost's old binary form, whose indices are not checked");
  if (!start.startsWith("{")) return breach(call, "has a model in none of XGBoost's formats");
  const fault = xgboostHandleFault(bufferSource(Buffer.from(start, "latin1"), "handle"));
  return fault === undefined ? undefined : breach(call, `has a model that ${fault}`);
};

/** `lightgbm.basic.Booster`: `_handle` (before 4.0 `handle`) is the model as text; never a pointer. */
export const lightgbmBooster: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const state = textEntries(call.states[0]);
  for (const key of ["_handle", "handle"]) {
    const handle = state?.get(key);
    if (handle === undefined || handle.kind === "none") continue;
    if (handle.kind !== "str") return breach(call, "has a handle that is no text, which would be an address");
    const fault = lightgbmFault(handle.value);
    if (fault !== undefined) return breach(call, fault);
  }
  return undefined;
};

/** LightGBM checks little of what it reads (src/io/tree.cpp), so the indices of every tree are checked here. */
export function lightgbmFault(text: string): string | undefined {
  if (!text.startsWith("tree\n")) return "has a model that is no text of LightGBM";
  // LightGBM ends a line at either, and finds its trees by the sizes in its header: what could be read in two ways is refused.
  if (text.includes("\r")) return "has carriage returns";
  if (occurrences(text, "Tree=") !== occurrences(text, "\nTree=")) return "names a tree within a line";
  if (occurrences(text, "max_feature_idx=") !== 1) return "does not say its number of features once";
  const features = Number(/^max_feature_idx=(\d{1,9})$/m.exec(text)?.[1] ?? Number.NaN) + 1;
  if (Number.isNaN(features)) return "has a model without its number of features";
  const [, ...trees] = text.split("\nTree=");
  for (const [index, block] of trees.entries()) {
    const fault = treeFault(block, features);
    if (fault !== undefined) return `tree ${index} ${fault}`;
  }
  return undefined;
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function treeFault(block: string, features: number): string | undefined {
  const end = block.indexOf("\n\n");
  const lines = (end < 0 ? block : block.slice(0, end)).split("\n").slice(1);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf("=");
    if (at < 0) continue;
    if (fields.has(line.slice(0, at))) return "names a field twice";
    fields.set(line.slice(0, at), line.slice(at + 1));
  }
  const leaves = decimal(fields.get("num_leaves") ?? "");
  if (!Number.isSafeInteger(leaves) || leaves < 1) return "has no leaves";
  const inner = leaves - 1;
  return (
    childFault(fields.get("left_child"), inner, leaves) ??
    childFault(fields.get("right_child"), inner, leaves) ??
    rangeFault(fields.get("split_feature"), inner, features, "splits on a feature that does not exist") ??
    (numbers(fields.get("leaf_value")).length === leaves
      ? undefined
      : "has another number of values than of leaves") ??
    (numbers(fields.get("threshold")).length === inner
      ? undefined
      : "has another number of thresholds than of splits") ??
    (numbers(fields.get("decision_type")).length === inner
      ? undefined
      : "has another number of decisions than of splits") ??
    categoryFault(fields, inner) ??
    linearFault(fields, features)
  );
}

function numbers(text: string | undefined): number[] {
  return text === undefined || text.trim() === "" ? [] : text.trim().split(" ").map(decimal);
}

/** As LightGBM reads it: JavaScript alone would also take `0x10`, `1_0` or nothing at all for a number. */
function decimal(text: string): number {
  if (/^[+-]?(?:nan|inf)$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^[+-]?[0-9.]+(?:e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** Children: a later split, or `~leaf`. */
function childFault(text: string | undefined, inner: number, leaves: number): string | undefined {
  const children = numbers(text);
  if (children.length !== inner) return "has another number of children than of splits";
  if (/[^-0-9 ]/.test(text?.trim() ?? "")) return "has a child that is no plain integer";
  const good = children.every(
    (child, i) => Number.isInteger(child) && (child < 0 ? -child <= leaves : child > i && child < inner),
  );
  return good ? undefined : "has a child outside the tree";
}

function rangeFault(
  text: string | undefined,
  length: number,
  bound: number,
  fault: string,
): string | undefined {
  const values = numbers(text);
  const good =
    values.length === length &&
    values.every((value) => Number.isInteger(value) && value >= 0 && value < bound);
  return good ? undefined : fault;
}

const CATEGORICAL = 1;

/** A categorical split's threshold is the number of its set of categories; the sets' bounds are indices as well. */
function categoryFault(fields: ReadonlyMap<string, string>, inner: number): string | undefined {
  const sets = decimal(fields.get("num_cat") ?? "0");
  if (!Number.isSafeInteger(sets) || sets < 0) return "has an odd number of category sets";
  const bounds = numbers(fields.get("cat_boundaries"));
  const words = numbers(fields.get("cat_threshold"));
  const rising = bounds.every(
    (bound, i) => Number.isInteger(bound) && bound >= (bounds[i - 1] ?? 0) && bound <= words.length,
  );
  if (sets > 0 && (bounds.length !== sets + 1 || !rising)) return "has category sets outside their words";
  const thresholds = numbers(fields.get("threshold"));
  const kinds = numbers(fields.get("decision_type"));
  for (let i = 0; i < inner; i++) {
    const set = thresholds[i] ?? -1;
    if (((kinds[i] ?? 0) & CATEGORICAL) !== 0 && !(set >= 0 && set < sets))
      return "splits on a category set that does not exist";
  }
  return undefined;
}

/** Leaves with a linear model name features of their own. */
function linearFault(fields: ReadonlyMap<string, string>, features: number): string | undefined {
  const named = (fields.get("leaf_features") ?? "")
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
  const good = named.every((feature) => Number.isInteger(feature) && feature >= 0 && feature < features);
  return good ? undefined : "has a linear leaf on a feature that does not exist";
}

const CBM_MAGIC = "CBM1";

/** CatBoost's estimators: `__model` is a `.cbm` file, whose reader verifies its flatbuffers. */
export const catboostModel: Contract = (call) => {
  const found = instance(call);
  if (found !== undefined) return found;
  const model = textEntries(call.states[0])?.get("__model");
  if (model === undefined) return undefined;
  return startOfBytes(model)?.startsWith(CBM_MAGIC) === true
    ? undefined
    : breach(call, "has a model that is no .cbm file");
};
