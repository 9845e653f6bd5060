import { spawnSync } from "node:child_process";
import { ModelkeepError } from "@modelkeep/findings";
import { parseSignature } from "@modelkeep/mlflow";
import { parseCsv } from "@modelkeep/model-io/input/csv";
import { parsePythonJson } from "@modelkeep/model-io/input/python-json";
import { parseScoringDocument } from "@modelkeep/model-io/input/scoring";
import { enforceInput, requireNativeSchema, textColumns } from "@modelkeep/model-io/schema/enforce";
import { enforceParams } from "@modelkeep/model-io/schema/params";

/** One request, and what MLflow handed to the model for it (schema_oracle.py). */
export interface SchemaCase {
  readonly signature: Readonly<Record<string, unknown>>;
  readonly kind: "json" | "csv";
  readonly text: string;
  readonly answer: { readonly ok?: Described; readonly error?: string; readonly params?: unknown };
}

/** Data as the oracle prints it. */
interface Described {
  readonly frame?: readonly (readonly [name: string, dtype: string, values: readonly unknown[]])[];
  readonly rows?: number;
  readonly bare?: boolean;
  readonly tensor?: readonly unknown[];
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly tensors?: unknown;
}

export type Outcome = "equal" | "both refuse" | "unsupported" | "strict" | "lenient" | "different";

export interface Compared {
  readonly outcome: Outcome;
  readonly ours: string;
  readonly theirs: string;
  readonly one: SchemaCase;
}

export function schemaCases(python: string, seed: number, count: number): SchemaCase[] {
  const script = new URL("schema_oracle.py", import.meta.url).pathname;
  const { stdout, stderr, status } = spawnSync(python, [script, String(seed), String(count)], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`the oracle failed: ${stderr.slice(-2000)}`);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SchemaCase);
}

export function compare(one: SchemaCase): Compared {
  const theirs = one.answer.ok === undefined ? undefined : canonicalOfTheirs(one.answer.ok);
  const ours = answerOf(one);
  const shown = { ours: JSON.stringify(ours), theirs: JSON.stringify(theirs ?? one.answer.error), one };
  if (ours.unsupported === true) return { outcome: "unsupported", ...shown };
  if (ours.error !== undefined) return { outcome: theirs === undefined ? "both refuse" : "strict", ...shown };
  if (theirs === undefined) return { outcome: "lenient", ...shown };
  return { outcome: same(ours.ok, theirs) ? "equal" : "different", ...shown };
}

/** A frame without names has a dtype for each column: then only shape and values count. */
function same(ours: unknown, theirs: unknown): boolean {
  const plain = (data: unknown): string =>
    JSON.stringify(data, (key, value: unknown) => (key === "dtype" ? undefined : value));
  const isBare = typeof theirs === "object" && theirs !== null && "dtype" in theirs && theirs.dtype === "any";
  return isBare ? plain(ours) === plain(theirs) : JSON.stringify(ours) === JSON.stringify(theirs);
}

interface Answer {
  readonly ok?: unknown;
  readonly error?: string;
  readonly unsupported?: boolean;
}

function answerOf(one: SchemaCase): Answer {
  try {
    const signature = parseSignature(one.signature);
    requireNativeSchema(signature.inputs);
    const request =
      one.kind === "csv"
        ? {
            input: { kind: "table" as const, table: parseCsv(one.text, textColumns(signature.inputs)) },
            params: undefined,
          }
        : parseScoringDocument(parsePythonJson(one.text));
    enforceParams(request.params, signature.params);
    return { ok: canonicalOfOurs(enforceInput(request.input, signature.inputs)) };
  } catch (error) {
    if (!(error instanceof ModelkeepError)) throw error;
    return { error: error.message, unsupported: error.code === "UNSUPPORTED_MODEL" };
  }
}

const TEXT = /^(?:object|str|<U\d+|string)$/u;

function dtypeName(dtype: string): string {
  return TEXT.test(dtype) ? "text" : dtype;
}

/** Frames whose columns have no names are arrays for scikit-learn: both sides are compared as such. */
function canonicalOfTheirs(data: Described): unknown {
  if (data.tensor !== undefined)
    return { shape: data.shape, dtype: dtypeName(data.dtype ?? ""), data: data.tensor.map(theirScalar) };
  if (data.frame === undefined) return data;
  const columns = data.frame.map(
    ([name, dtype, values]) => [name, dtypeName(dtype), values.map(theirScalar)] as const,
  );
  if (data.bare !== true || columns.length === 0) return { columns };
  const rows = data.rows ?? 0;
  const flat = Array.from({ length: rows }, (_, row) => columns.map(([, , values]) => values[row])).flat();
  return { shape: [rows, columns.length], dtype: "any", data: flat };
}

function theirScalar(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("int" in value) return String(value.int);
  if ("float" in value) return value.float === "nan" ? null : number(Number(String(value.float)));
  return value;
}

function number(value: number): string | null {
  if (Number.isNaN(value)) return null;
  return Object.is(value, -0) ? "-0" : String(value);
}

function ourScalar(value: unknown): unknown {
  if (typeof value === "number") return number(value);
  if (typeof value === "bigint") return String(value);
  return value ?? null;
}

function canonicalOfOurs(input: ReturnType<typeof enforceInput>): unknown {
  if ("shape" in input && "data" in input && !("indptr" in input)) {
    return {
      shape: input.shape,
      dtype: dtypeName(input.dtype ?? "object"),
      data: Array.from(input.data, ourScalar),
    };
  }
  if (!("columns" in input)) return { other: "neither" };
  const entries = input.columns instanceof Map ? [...input.columns] : Object.entries(input.columns);
  return {
    columns: entries.map(([name, values]: [string, ArrayLike<unknown>]) => [
      name,
      dtypeName(input.dtypes?.[name] ?? "object"),
      Array.from(values, ourScalar),
    ]),
  };
}
