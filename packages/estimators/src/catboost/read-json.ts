import type { ByteSource } from "@modelkeep/bytes";
import { malformed, unsupported } from "../error.ts";
import { isJson, member, trainedFor } from "./information.ts";
import {
  type CatboostModel,
  checkDepth,
  type FloatFeature,
  nodeTree,
  obliviousTree,
  type Split,
  type Tree,
} from "./trees.ts";

type Json = Readonly<Record<string, unknown>>;
const MAX_BYTES = 256 * 2 ** 20;
const NAN: ReadonlyMap<unknown, FloatFeature["nan"]> = new Map<unknown, FloatFeature["nan"]>([
  ["AsIs", "as-is"],
  ["AsFalse", "below"],
  ["AsTrue", "above"],
]);

/**
 * Reads what `save_model(format="json")` of CatBoost writes (catboost/libs/model/model_export/json_model_helpers.cpp).
 * @throws {EstimatorError} `malformed`, or `unsupported` for features that are no plain numbers
 */
export function readCatboostJson(source: ByteSource): CatboostModel {
  const document = parse(source);
  const info = member(document, "model_info");
  const { features, places } = featuresOf(member(document, "features_info"));
  const scale = document["scale_and_bias"];
  const [factor = 1, biases = [0]] = Array.isArray(scale) ? (scale as unknown[]) : [];
  const bias = numbers(Array.isArray(biases) ? biases : [biases], "scale_and_bias");
  const dimension = bias.length;
  if (dimension === 0) throw malformed("the CatBoost model has no dimensions");
  return {
    dimension,
    features,
    trees: treesOf(document, places, dimension),
    scale: numbers([factor], "scale_and_bias")[0] ?? 1,
    bias,
    ...trainedFor(member(info, "params"), member(info, "class_params"), (name) => info?.[name]),
  };
}

function parse(source: ByteSource): Json {
  if (source.size > MAX_BYTES) throw unsupported(`the CatBoost model is larger than ${MAX_BYTES} bytes`);
  try {
    const value: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(source.view(0, source.size)),
    );
    if (isJson(value)) return value;
  } catch (cause) {
    throw malformed(
      `the CatBoost model is no JSON: ${cause instanceof Error ? cause.message.slice(0, 100) : ""}`,
    );
  }
  throw malformed("the CatBoost model is no JSON object");
}

function featuresOf(info: Json | undefined): {
  readonly features: FloatFeature[];
  readonly places: ReadonlyMap<number, number>;
} {
  const other = Object.entries(info ?? {}).find(
    ([name, list]) => name !== "float_features" && Array.isArray(list) && list.length > 0,
  );
  if (other !== undefined) throw unsupported(`CatBoost models with ${other[0]} are not evaluated natively`);
  const list = info?.["float_features"];
  if (!Array.isArray(list)) throw malformed("the CatBoost model lists no features");
  const places = new Map<number, number>();
  const features = list.map((feature: unknown, place): FloatFeature => {
    const column = isJson(feature) ? feature["flat_feature_index"] : undefined;
    const nan = isJson(feature) ? NAN.get(feature["nan_value_treatment"]) : undefined;
    if (!isJson(feature) || !isPlace(column) || nan === undefined || !isPlace(feature["feature_index"]))
      throw malformed(`feature ${place} of the CatBoost model is incomplete`);
    places.set(feature["feature_index"], place);
    const name = feature["feature_id"];
    return { column, nan, name: typeof name === "string" && name !== "" ? name : undefined };
  });
  return { features, places };
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 10_000_000;
}

function numbers(values: readonly unknown[], where: string): number[] {
  return values.map((value) => {
    if (typeof value === "number") return value;
    throw malformed(`${where} of the CatBoost model holds what is no number`);
  });
}

function treesOf(document: Json, places: ReadonlyMap<number, number>, dimension: number): Tree[] {
  const oblivious = document["oblivious_trees"];
  const nested = document["trees"];
  if (Array.isArray(oblivious) && nested === undefined)
    return oblivious.map((tree: unknown) => {
      const splits = isJson(tree) && Array.isArray(tree["splits"]) ? tree["splits"] : [];
      const values = isJson(tree) && Array.isArray(tree["leaf_values"]) ? tree["leaf_values"] : [];
      const questions = splits.map((split: unknown) => splitOf(split, places));
      return obliviousTree(questions, Float64Array.from(numbers(values, "leaf_values")), dimension);
    });
  if (Array.isArray(nested) && oblivious === undefined)
    return nested.map((tree: unknown) => new Nodes(places, dimension).tree(tree));
  throw malformed("the CatBoost model has no trees, or two kinds of them");
}

function splitOf(split: unknown, places: ReadonlyMap<number, number>): Split {
  if (!isJson(split)) throw malformed("a split of the CatBoost model is no object");
  if (split["split_type"] !== "FloatFeature")
    throw unsupported(
      `CatBoost splits of type ${String(split["split_type"]).slice(0, 40)} are not evaluated natively`,
    );
  const { border, float_feature_index: index } = split;
  const feature = places.get(Number(index));
  if (typeof border !== "number" || feature === undefined)
    throw malformed("a split of the CatBoost model is incomplete");
  return { feature, border: Math.fround(border) };
}

/** Lays nested nodes out in the order of a walk, parents before children. */
class Nodes {
  readonly #places: ReadonlyMap<number, number>;
  readonly #dimension: number;
  readonly #splits: Split[] = [];
  readonly #next: number[] = [];
  readonly #values: number[] = [];

  constructor(places: ReadonlyMap<number, number>, dimension: number) {
    this.#places = places;
    this.#dimension = dimension;
  }

  tree(root: unknown): Tree {
    this.#add(root, 0);
    return nodeTree(
      this.#splits,
      Int32Array.from(this.#next),
      Float64Array.from(this.#values),
      this.#dimension,
    );
  }

  #add(node: unknown, depth: number): number {
    checkDepth(depth);
    if (!isJson(node)) throw malformed("a node of the CatBoost model is no object");
    if ("value" in node) return ~this.#leaf(node["value"]);
    const at = this.#splits.length;
    this.#splits.push(splitOf(node["split"], this.#places));
    this.#next.push(0, 0);
    this.#next[2 * at] = this.#add(node["left"], depth + 1);
    this.#next[2 * at + 1] = this.#add(node["right"], depth + 1);
    return at;
  }

  #leaf(value: unknown): number {
    const values = numbers(Array.isArray(value) ? value : [value], "a leaf");
    if (values.length !== this.#dimension)
      throw malformed("a leaf of the CatBoost model has other dimensions");
    this.#values.push(...values);
    return this.#values.length / this.#dimension - 1;
  }
}
