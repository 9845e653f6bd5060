import { type Categories, encode, UNKNOWN, unknownError } from "../core/categories.ts";
import { checkFeatures, checkSize, type Features } from "../core/check.ts";
import { columnAt } from "../core/columns.ts";
import { type Entry, type Evaluator, featuresOf } from "../core/evaluator.ts";
import { densify, floatsFor, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import type { NumericDType } from "../data.ts";
import { badInput } from "../error.ts";
import { readCells, readObjects, readScalar } from "../read/array.ts";
import { type Infrequent, readCategories, readDTypeParameter, readInfrequent } from "../read/categories.ts";
import type { State } from "../read/state.ts";

/** One column for each category (sklearn.preprocessing._encoders.OneHotEncoder), CSR unless asked otherwise. */
export const entry: Entry = {
  classes: ["sklearn.preprocessing._encoders.OneHotEncoder"],
  build(state: State): Evaluator {
    const plan = readPlan(state);
    const features = { ...featuresOf(state), count: plan.columns.length };
    const encoder = transformer(state, features, (x): Matrix => {
      checkFeatures(x, features);
      checkSize(x, features.className);
      if (x.kind === "sparse")
        throw badInput("Sparse data was passed to OneHotEncoder, but dense data is required");
      const out = oneHot(x, plan);
      return plan.sparse ? out : densify(out);
    });
    const names = categoryNames(state, plan, features);
    return names === undefined ? encoder : { ...encoder, outputNames: names };
  },
};

/** `column_category`, for categories whose text is the same in Python: texts and whole numbers. */
function categoryNames(state: State, plan: Plan, features: Features): readonly string[] | undefined {
  const combines = state.has("feature_name_combiner") && state.text("feature_name_combiner") !== "concat";
  if (combines || plan.grouped) return undefined;
  const names: string[] = [];
  const dtypes = state
    .items("categories_")
    .map((value) => readCells(value, state.where("categories_")).dtype);
  for (const [col, { categories, outputs }] of plan.columns.entries()) {
    const input = features.names?.[col] ?? `x${col}`;
    for (const [code, cell] of Array.from(categories.values).entries()) {
      const whole = typeof cell === "number" && /^u?int/u.test(dtypes[col] ?? "");
      if (typeof cell !== "string" && !whole) return undefined;
      const to = outputs[code]!;
      if (to >= 0) names[to] = `${input}_${String(cell)}`;
    }
  }
  return names;
}

interface Plan {
  /** Rare categories share a column. */
  readonly grouped: boolean;
  readonly columns: readonly ColumnPlan[];
  readonly sparse: boolean;
  readonly dtype: NumericDType;
  readonly errorOnUnknown: boolean;
  readonly width: number;
}

interface ColumnPlan {
  readonly categories: Categories;
  /** From category to output column, -1 for the dropped one. */
  readonly outputs: Int32Array;
  /** Output column of an unknown category, -1 for none. */
  readonly unknown: number;
}

function readPlan(state: State): Plan {
  const categories = readCategories(state);
  const handling = state.oneOf("handle_unknown", ["error", "ignore", "infrequent_if_exist", "warn"]);
  const infrequent = readInfrequent(state, categories);
  const drops = readDrops(state, categories.length);
  // With "warn" unknown values join the rare ones since 1.8 only; before, they are left out.
  const joins = handling === "infrequent_if_exist" || (handling === "warn" && state.version >= 108);
  let width = 0;
  const columns = categories.map((list, i): ColumnPlan => {
    const plan = columnPlan(state, list, infrequent, drops[i], i, width);
    width += plan.width;
    const first = joins ? infrequent?.first[i] : undefined;
    return {
      categories: list,
      outputs: plan.outputs,
      unknown: first === undefined ? UNKNOWN : plan.outputs[first]!,
    };
  });
  const sparse = state.has("sparse_output") ? state.bool("sparse_output") : state.bool("sparse");
  return {
    grouped: infrequent !== undefined,
    columns,
    sparse,
    dtype: readDTypeParameter(state, "dtype"),
    errorOnUnknown: handling === "error",
    width,
  };
}

/** Codes after grouping and dropping, from `offset` on. */
function columnPlan(
  state: State,
  list: Categories,
  infrequent: Infrequent | undefined,
  drop: number | undefined,
  col: number,
  offset: number,
): { outputs: Int32Array; width: number } {
  const mapping = infrequent?.mappings[col];
  const grouped = Int32Array.from(list.values, (_, code) => mapping?.[code] ?? code);
  const groups = Math.max(...grouped) + 1;
  if (drop !== undefined && (drop < 0 || drop >= groups))
    throw state.malformed("drop_idx_", `drops category ${drop} of ${groups}`);
  const outputs = grouped.map((code) => {
    if (code === drop) return UNKNOWN;
    return offset + (drop !== undefined && code > drop ? code - 1 : code);
  });
  return { outputs, width: drop === undefined ? groups : groups - 1 };
}

/** What `drop` leaves out of each column, after grouping. */
function readDrops(state: State, columns: number): (number | undefined)[] {
  const name = state.has("_drop_idx_after_grouping") ? "_drop_idx_after_grouping" : "drop_idx_";
  if (!state.given(name)) return Array.from({ length: columns }, () => undefined);
  const { items } = readObjects(state.value(name), state.where(name));
  if (items.length !== columns) throw state.malformed(name, `is for ${items.length} columns, not ${columns}`);
  return items.map((item) => {
    if (item.kind === "none") return undefined;
    const index = readScalar(item, state.where(name));
    if (typeof index !== "number" || !Number.isInteger(index)) throw state.malformed(name, "holds no index");
    return index;
  });
}

function oneHot(x: Matrix, plan: Plan): Sparse {
  const outputs = plan.columns.map(({ categories, outputs: map, unknown }, col) => {
    const column = columnAt(x, col);
    const codes = encode(column, categories);
    if (plan.errorOnUnknown && codes.includes(UNKNOWN)) throw unknownError(column, codes, col);
    return codes.map((code) => (code === UNKNOWN ? unknown : map[code]!));
  });
  const indptr = new Int32Array(x.rows + 1);
  const indices = new Int32Array(x.rows * outputs.length);
  let at = 0;
  for (let row = 0; row < x.rows; row++) {
    for (const column of outputs) {
      const to = column[row]!;
      if (to !== UNKNOWN) indices[at++] = to;
    }
    indptr[row + 1] = at;
  }
  const data = floatsFor(plan.dtype, at).fill(1);
  return {
    kind: "sparse",
    indptr,
    indices: indices.subarray(0, at),
    data,
    rows: x.rows,
    cols: plan.width,
    dtype: plan.dtype,
  };
}
