import type { Tensor } from "@modelkeep/estimators/data";
import { invalidInput } from "../errors.ts";
import { tensorOfNested } from "./nested.ts";
import { orderedEntries } from "./ordered-json.ts";
import { isRecord, type Table, tableOfRecords, tableOfSplit } from "./table.ts";

/**
 * What a request carries, before the signature is looked at. MLflow makes different Python objects of the forms, and
 * its checks differ with them:
 * - `table`: a DataFrame (`dataframe_split`, `dataframe_records`, CSV, typed frames)
 * - `tensor`: one array (`inputs` or `instances` that are a list or a single value, typed arrays)
 * - `arrays`: named arrays (`inputs` by name, `instances` as records, which are turned into columns)
 * - `records`: `inputs` as a list of records
 */
export type Parsed =
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "tensor"; readonly tensor: Tensor; readonly fromText: boolean }
  | { readonly kind: "arrays"; readonly arrays: ReadonlyMap<string, unknown>; readonly rowwise: boolean }
  | { readonly kind: "records"; readonly records: readonly Readonly<Record<string, unknown>>[] };

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
  return parseTensors(format, value);
}

function parseTensors(format: "instances" | "inputs", value: unknown): Parsed {
  if (isRecord(value)) {
    const arrays = new Map(orderedEntries(value));
    if (format === "instances") requireOneLength(arrays);
    return { kind: "arrays", arrays, rowwise: false };
  }
  const records = Array.isArray(value) && value.length > 0 && value.every(isRecord) ? value : undefined;
  if (records === undefined) return { kind: "tensor", tensor: tensorOfNested(value), fromText: true };
  return format === "inputs" ? { kind: "records", records } : byColumn(records);
}

/** MLflow collects the values of each key: a record that lacks one makes columns of different lengths. */
function byColumn(records: readonly Readonly<Record<string, unknown>>[]): Parsed {
  const arrays = new Map<string, unknown[]>();
  for (const record of records) {
    for (const [name, value] of orderedEntries(record)) {
      const column = arrays.get(name);
      if (column === undefined) arrays.set(name, [value]);
      else column.push(value);
    }
  }
  requireOneLength(arrays);
  return { kind: "arrays", arrays, rowwise: true };
}

function requireOneLength(arrays: ReadonlyMap<string, unknown>): void {
  const lengths = [...arrays.values()].filter((one) => Array.isArray(one)).map((one) => one.length);
  if (lengths.every((length) => length === lengths[0])) return;
  throw invalidInput("The length of values for each input/column name are not the same");
}
