import type { Ints, Node } from "./xgboost-node.ts";

const INT32 = 2 ** 31 - 1;

/**
 * The training data's categories, which models of XGBoost since 3.1 hold to recode those of other data
 * (src/data/cat_container.cc): bounds and places that must stay inside each other.
 * @throws {ModelFault} naming the path
 */
export function checkEncoder(cats: Node): void {
  if (!cats.exists) return;
  const columns = cats.get("enc").items();
  const segments = cats.get("feature_segments");
  const places = cats.get("sorted_idx").ints(0, INT32);
  const bounds = segments.ints(0, places.length);
  if (columns.length === 0 && bounds.length === 0 && places.length === 0) return;
  if (bounds.length !== columns.length + 1)
    throw segments.fault("has not one bound more than there are features");
  checkRising(segments, bounds, places.length);
  for (const [i, column] of columns.entries())
    checkColumn(cats, column, places, bounds.at(i), bounds.at(i + 1));
}

function checkColumn(cats: Node, column: Node, places: Ints, start: number, end: number): void {
  const count = end - start;
  for (let i = start; i < end; i++)
    if (places.at(i) >= count)
      throw cats.get("sorted_idx").fault(`has ${places.at(i)} at ${i}, among ${count} categories`);
  const values = column.get("values");
  const offsets = column.get("offsets");
  const told = offsets.exists ? Math.max(0, offsets.size() - 1) : values.size();
  if (told !== count) throw column.fault(`has ${told} categories instead of ${count}`);
  if (offsets.exists && offsets.size() > 0)
    checkRising(offsets, offsets.ints(0, values.size()), values.size());
}

/** Bounds from 0 to `end`, never back. */
function checkRising(node: Node, bounds: Ints, end: number): void {
  let rising = bounds.at(0) === 0 && bounds.at(bounds.length - 1) === end;
  for (let i = 1; i < bounds.length; i++) rising &&= bounds.at(i) >= bounds.at(i - 1);
  if (!rising) throw node.fault(`does not rise from 0 to ${end}`);
}
