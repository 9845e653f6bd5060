import { binaryScore } from "../core/binary-members.ts";
import { type Entry, type Evaluator, featuresOf, type Nested } from "../core/evaluator.ts";
import { readClasses, take } from "../core/labels.ts";
import type { Matrix, Nd } from "../core/matrix.ts";
import { badInput } from "../error.ts";
import type { State } from "../read/state.ts";

/** The class of the nearest code word (sklearn.multiclass.OutputCodeClassifier). */
export const entry: Entry = {
  classes: ["sklearn.multiclass.OutputCodeClassifier"],
  build(state: State, nested: Nested): Evaluator {
    const classes = readClasses(state);
    const members = state
      .items("estimators_")
      .map((value, i) => nested.load(value, `${state.where("estimators_")}[${i}]`));
    const { data, shape } = state.array("code_book_", 2);
    if (shape[0] !== classes.data.length || shape[1] !== members.length || members.length === 0)
      throw state.malformed("code_book_", `has shape (${shape.join(", ")})`);
    const book = classes.data.length;
    const scores = members.map(binaryScore);
    const predict = (x: Matrix): Nd => {
      const columns = scores.map((score) => score(x));
      const nearest = Int32Array.from({ length: x.rows }, (_, row) =>
        nearestWord(
          columns.map((column) => column[row]!),
          data,
          book,
        ),
      );
      return take(classes, nearest);
    };
    return { className: state.className, features: featuresOf(state), classes, methods: { predict } };
  },
};

/** A distance as the library computes it, without the root: `xx - 2xy + yy`. */
function distance(y: readonly number[], book: Float64Array, word: number): number {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  y.forEach((v, i) => {
    const w = book[word * y.length + i]!;
    xx += v * v;
    xy += v * w;
    yy += w * w;
  });
  return Math.max(xx - 2 * xy + yy, 0);
}

/** The first of the nearest words. */
function nearestWord(y: readonly number[], book: Float64Array, words: number): number {
  if (!y.every(Number.isFinite))
    throw badInput("A member of OutputCodeClassifier answers what is not finite");
  const all = Array.from({ length: words }, (_, word) => distance(y, book, word));
  const best = all.reduce((at, d, word) => (d < all[at]! ? word : at), 0);
  const scale = 1 + y.reduce((sum, v) => sum + v * v, 0);
  const near = all.flatMap((d, word) => (d - all[best]! <= 1e-12 * scale ? [word] : []));
  if (near.length > 1 && !y.every(isShort) && !near.every((word) => sameWord(book, y.length, word, near[0]!)))
    throw badInput("Two code words of OutputCodeClassifier are equally near: which is chosen is rounding");
  return best;
}

/** Whether sums of products of such numbers are exact, so that equal distances come out equal everywhere. */
function isShort(v: number): boolean {
  return Math.abs(v) < 2 ** 10 && Number.isInteger(v * 2 ** 10);
}

function sameWord(book: Float64Array, length: number, a: number, b: number): boolean {
  for (let i = 0; i < length; i++) if (book[a * length + i] !== book[b * length + i]) return false;
  return true;
}
