import type { Tensor } from "@modelkeep/estimators/data";
import { invalidInput } from "../errors.ts";
import { tensorOfNested } from "./nested.ts";
import { isRecord, type Table, tableOf, tableOfRecords, tableOfSplit } from "./table.ts";

/** What a request carries, before the signature is looked at. */
export type Parsed =
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "tensor"; readonly tensor: Tensor; readonly fromText: boolean }
  | { readonly kind: "tensors"; readonly tensors: ReadonlyMap<string, Tensor>; readonly fromText: boolean };

export interface Request {
  readonly input: Parsed;
  readonly params: Readonly<Record<string, unknown>> | undefined;
}

const FORMATS = ["dataframe_split", "dataframe_records", "instances", "inputs"] as const;

/** One of MLflow's scoring documents. */
export type ScoringDocument = Readonly<
  Partial<Record<(typeof FORMATS)[number], unknown>> & { params?: Readonly<Record<string, unknown>> }
>;

export function isScoringDocument(value: unknown): value is ScoringDocument {
  return isRecord(value) && FORMATS.some((format) => Object.hasOwn(value, format));
}

/**
 * Reads one scoring document (mlflow/pyfunc/scoring_server `infer_and_parse_data`).
 * @param document parsed JSON
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function parseScoringDocument(document: unknown): Request {
  if (!isRecord(document))
    throw invalidInput(`${REQUIRED}. Received ${Array.isArray(document) ? "a list" : "no object"}.`);
  const present = FORMATS.filter((format) => Object.hasOwn(document, format));
  const [format] = present;
  if (format === undefined || present.length !== 1) {
    throw invalidInput(
      `${REQUIRED}. Received dictionary with input fields: ${JSON.stringify(Object.keys(document))}`,
    );
  }
  const params = document["params"];
  if (params !== undefined && params !== null && !isRecord(params))
    throw invalidInput("Parameters must be a dictionary.");
  return { input: parseInput(format, document[format]), params: params ?? undefined };
}

const REQUIRED =
  "The input must be a JSON dictionary with exactly one of the input fields " +
  "{'dataframe_split', 'dataframe_records', 'instances', 'inputs'}";

function parseInput(format: (typeof FORMATS)[number], value: unknown): Parsed {
  switch (format) {
    case "dataframe_split":
      return { kind: "table", table: tableOfSplit(value) };
    case "dataframe_records":
      return { kind: "table", table: tableOfRecords(value) };
    case "instances":
    case "inputs":
      break;
  }
  return parseTensors(value);
}

function parseTensors(value: unknown): Parsed {
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
    return { kind: "table", table: tableOfRecords(value) };
  }
  if (!isRecord(value)) return { kind: "tensor", tensor: tensorOfNested(value), fromText: true };
  const columns = Object.entries(value);
  // Flat lists under names are a frame's columns; deeper ones are tensors.
  const flat = columns.every(
    ([, column]) => Array.isArray(column) && column.every((one) => !Array.isArray(one)),
  );
  if (!flat) {
    const tensors = new Map(columns.map(([name, nested]) => [name, tensorOfNested(nested)]));
    return { kind: "tensors", tensors, fromText: true };
  }
  const lists = new Map(columns.map(([name, column]) => [name, column as unknown[]]));
  const lengths = new Set([...lists.values()].map((list) => list.length));
  if (lengths.size > 1)
    throw invalidInput("The length of values for each input/column name are not the same");
  return { kind: "table", table: tableOf(lists, [...lengths][0] ?? 0, true) };
}
