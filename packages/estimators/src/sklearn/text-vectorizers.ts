import type { NumericDType } from "../data.ts";
import { badInput } from "../error.ts";
import { checkSize } from "../core/check.ts";
import type { Entry, Evaluator } from "../core/evaluator.ts";
import { floatsFor, type Matrix, type Sparse } from "../core/matrix.ts";
import { transformer } from "../core/transformer.ts";
import { readScalar } from "../read/array.ts";
import { readDTypeParameter } from "../read/categories.ts";
import { innerState, type State } from "../read/state.ts";
import { type Analyzer, readAnalyzer } from "../text/analyzer.ts";
import { readTfidf } from "./tfidf-transformer.ts";

/** Counts of terms, weighted or not (sklearn.feature_extraction.text). */
export const entry: Entry = {
  classes: [
    "sklearn.feature_extraction.text.CountVectorizer",
    "sklearn.feature_extraction.text.TfidfVectorizer",
  ],
  build(state: State): Evaluator {
    const analyze = readAnalyzer(state);
    const vocabulary = readVocabulary(state);
    const dtype = readDTypeParameter(state, "dtype");
    const plan = { analyze, vocabulary, dtype, binary: state.bool("binary") };
    const features = { className: state.shortName };
    if (state.shortName === "CountVectorizer")
      return transformer(state, features, (x) => count(textsOf(x), plan));
    const inner = innerState(state.value("_tfidf"), state.where("_tfidf"), state.version);
    if (inner?.className !== "sklearn.feature_extraction.text.TfidfTransformer")
      throw state.malformed("_tfidf", "is no TfidfTransformer");
    const weigh = readTfidf(inner, vocabulary.size);
    return transformer(state, features, (x): Matrix => {
      const counts = count(textsOf(x), plan);
      checkSize(counts, "TfidfTransformer");
      return weigh({ ...counts, dtype: dtype === "float32" ? "float32" : "float64" });
    });
  },
};

interface Plan {
  readonly analyze: Analyzer;
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly dtype: NumericDType;
  readonly binary: boolean;
}

/** `vocabulary_`: every term its own column. */
function readVocabulary(state: State): ReadonlyMap<string, number> {
  const entries = state.dict("vocabulary_");
  const taken = new Uint8Array(entries.size);
  const out = new Map<string, number>();
  for (const [term, value] of entries) {
    const index = readScalar(value, state.where("vocabulary_"));
    if (
      typeof index !== "number" ||
      !Number.isInteger(index) ||
      index < 0 ||
      index >= entries.size ||
      taken[index] === 1
    ) {
      throw state.malformed(
        "vocabulary_",
        `gives ${JSON.stringify(term.slice(0, 40))} column ${String(index)}`,
      );
    }
    taken[index] = 1;
    out.set(term, index);
  }
  return out;
}

/** One text a row. */
export function textsOf(x: Matrix): string[] {
  if (x.kind !== "series")
    throw badInput("A text vectorizer takes one text a row: pass a list of strings, or one column");
  return Array.from(x.column.data, (cell) => {
    if (typeof cell === "string") return cell;
    throw badInput("np.nan is an invalid document, expected byte or unicode string.");
  });
}

function count(texts: readonly string[], { analyze, vocabulary, dtype, binary }: Plan): Sparse {
  const indptr = new Int32Array(texts.length + 1);
  const indices: number[] = [];
  const data: number[] = [];
  texts.forEach((text, row) => {
    const counts = new Map<number, number>();
    for (const term of analyze(text)) {
      const col = vocabulary.get(term);
      if (col !== undefined) counts.set(col, (counts.get(col) ?? 0) + 1);
    }
    for (const [col, n] of [...counts].sort((a, b) => a[0] - b[0])) {
      indices.push(col);
      data.push(binary ? 1 : n);
    }
    indptr[row + 1] = indices.length;
  });
  const values = floatsFor(dtype, data.length);
  values.set(data);
  return {
    kind: "sparse",
    indptr,
    indices: Int32Array.from(indices),
    data: values,
    rows: texts.length,
    cols: vocabulary.size,
    dtype,
  };
}
