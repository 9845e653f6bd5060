// What make_corpus.py dumped, as inputs of the engine, and how its answers are compared with the library's.

const cell = (v) =>
  typeof v !== "string"
    ? v
    : v === "nan!"
      ? NaN
      : v === "inf!"
        ? Infinity
        : v === "-inf!"
          ? -Infinity
          : v.slice(2);

export function toInput(dumped) {
  if (dumped.records)
    return dumped.records.map((record) =>
      Object.fromEntries(Object.entries(record).map(([name, value]) => [name, cell(value)])),
    );
  if (dumped.texts) return dumped.texts;
  if (dumped.columns) {
    return {
      columns: new Map(dumped.columns.map(([name, data]) => [name, data.map(cell)])),
      dtypes: Object.fromEntries(dumped.columns.map(([name, , dtype]) => [name, dtype])),
    };
  }
  if (dumped.indptr) return { ...dumped, data: dumped.data.map(cell) };
  return { data: dumped.data.map(cell), shape: dumped.shape, dtype: dumped.dtype };
}

/** The library's single-precision work cannot be matched closer than 1e-6. */
export function tolerance(name, dumped, want) {
  const single = dumped?.columns?.some(([, , dtype]) => dtype === "float32") === true;
  const float32 = single || dumped?.dtype === "float32" || want.dtype === "float32";
  return float32 || /float32|Regressor\/init|booster\/(?:xgboost|wrapper\/XGB)/.test(name) ? 2e-6 : 1e-9;
}

/** Differences of numbers of size 1 (a logarithm near 1, votes or kernels against an offset): their last digit is 1e-16. */
export const CANCELLING = new Set(["predict_log_proba", "decision_function"]);
const LAST_DIGITS = 1e-14;
/** In single precision terms of size 100 leave this much. */
const LAST_SINGLE = 5e-5;

export function differs(got, want, tol, cancelling = false) {
  if (want.list) {
    if (!Array.isArray(got) || got.length !== want.list.length) return "not a list";
    return want.list.map((w, i) => differs(got[i], w, tol, cancelling)).find(Boolean);
  }
  if (want.columns) return frameDiffers(got, want, tol);
  if (got.columns) return "a frame instead of an array";
  if (want.indptr) {
    if (!got.indptr) return `dense ${got.shape} instead of sparse ${want.shape}`;
    if (got.shape.join() !== want.shape.join()) return `shape ${got.shape} instead of ${want.shape}`;
    const [a, b] = aligned(got, { ...want, data: want.data.map(cell) });
    return (
      sameNumbers(a, b, tol) ??
      (got.dtype === want.dtype ? undefined : `dtype ${got.dtype} instead of ${want.dtype}`)
    );
  }
  if (got.indptr) return `sparse instead of dense ${want.shape}`;
  if (!got.shape) return `no tensor`;
  if (got.shape.join() !== want.shape.join()) return `shape ${got.shape} instead of ${want.shape}`;
  const wanted = want.data.map(cell);
  const bad = sameNumbers(
    Array.from(got.data),
    wanted,
    tol,
    tol > 1e-9,
    cancelling ? (tol > 1e-9 ? LAST_SINGLE : LAST_DIGITS) : 0,
  );
  if (bad) return bad;
  return got.dtype === want.dtype ? undefined : `dtype ${got.dtype} instead of ${want.dtype}`;
}

function frameDiffers(got, want, tol) {
  if (!got.columns) return "not a frame";
  const names = [...got.columns.keys()];
  const wanted = want.columns.map(([name]) => name);
  if (names.join("\0") !== wanted.join("\0")) return `columns ${names.join()} instead of ${wanted.join()}`;
  for (const [name, data, dtype] of want.columns) {
    const bad = sameNumbers(Array.from(got.columns.get(name)), data.map(cell), tol, tol > 1e-9);
    if (bad) return `column ${name}: ${bad}`;
    if (got.dtypes[name] !== dtype) return `column ${name}: dtype ${got.dtypes[name]} instead of ${dtype}`;
  }
  return undefined;
}

/** Both matrices' values at every place where either has one, as dense matrices would show them. */
function aligned(got, want) {
  const [a, b] = [got, want].map(rowMaps);
  const values = [[], []];
  a.forEach((row, r) => {
    for (const col of new Set([...row.keys(), ...b[r].keys()])) {
      values[0].push(row.get(col) ?? 0);
      values[1].push(b[r].get(col) ?? 0);
    }
  });
  return values;
}

function rowMaps({ indptr, indices, data, shape: [rows] }) {
  return Array.from({ length: rows }, (_, r) => {
    const row = new Map();
    for (let k = indptr[r]; k < indptr[r + 1]; k++)
      row.set(indices[k], (row.get(indices[k]) ?? 0) + Number(data[k]));
    return row;
  });
}

function sameNumbers(got, want, tol, absolute = false, floor = 0) {
  if (got.length !== want.length) return `${got.length} values instead of ${want.length}`;
  // Relative to the size of the whole answer: a difference of large numbers may leave any small one.
  const scale = want.reduce(
    (max, v) => (typeof v === "number" && Number.isFinite(v) ? Math.max(max, Math.abs(v)) : max),
    1e-300,
  );
  for (let i = 0; i < got.length; i++) {
    const a = got[i];
    const b = want[i];
    if (typeof b === "number" && typeof a === "number") {
      if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      if (Math.abs(a - b) <= floor) continue;
      if (Math.abs(a - b) <= tol * Math.max(Math.abs(a), Math.abs(b), absolute ? scale : scale * 1e-3))
        continue;
      return `[${i}] ${a} instead of ${b}`;
    }
    if (a !== b) return `[${i}] ${String(a)} instead of ${String(b)}`;
  }
  return undefined;
}
