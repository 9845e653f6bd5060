import { malformed, unsupported } from "../error.ts";
import type { CatboostModel } from "./trees.ts";

/** What training wrote beside the trees: JSON texts by name. */
export type Information = ReadonlyMap<string, string>;

type Json = Readonly<Record<string, unknown>>;

/**
 * Loss, labels and threshold of a model.
 * @throws {EstimatorError} `unsupported` when the file does not say what it was trained for
 */
export function trained(information: Information): Pick<CatboostModel, "loss" | "labels" | "threshold"> {
  return trainedFor(parsed(information, "params"), parsed(information, "class_params"), (name) =>
    information.get(name),
  );
}

/** The same of documents that are parsed already. */
export function trainedFor(
  params: Json | undefined,
  classes: Json | undefined,
  other: (name: string) => unknown,
): Pick<CatboostModel, "loss" | "labels" | "threshold"> {
  const loss = member(params, "loss_function")?.["type"];
  if (typeof loss !== "string")
    throw unsupported("the CatBoost model does not say its loss function: its answers cannot be known");
  return { loss, labels: labelsOf(classes), threshold: thresholdOf(other("binclass_probability_threshold")) };
}

function parsed(information: Information, name: string): Json | undefined {
  const text = information.get(name);
  if (text === undefined || text === "") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch (cause) {
    throw malformed(
      `the CatBoost model's ${name} is no JSON: ${cause instanceof Error ? cause.message : ""}`,
    );
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function member(json: Json | undefined, name: string): Json | undefined {
  const value = json !== undefined && Object.hasOwn(json, name) ? json[name] : undefined;
  return isJson(value) ? value : undefined;
}

function labelsOf(classes: Json | undefined): CatboostModel["labels"] {
  if (classes === undefined) return undefined;
  const { class_label_type: kind, class_names: names } = classes;
  if (typeof kind !== "string" || !Array.isArray(names))
    throw malformed("the CatBoost model's labels are no list");
  return { kind, names };
}

function thresholdOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(number > 0 && number < 1)) throw malformed("the CatBoost model's threshold is no probability");
  return number;
}
