/*
 * The heap and the sort that scikit-learn picks neighbours with (sklearn/utils/_heap.pyx, _sorting.pyx): which of equal
 * distances stays, and in which order they come out, depends on nothing else.
 */

/** Puts a value into a max-heap of fixed size if it is smaller than the largest there. */
export function heapPush(values: Float64Array, indices: Int32Array, value: number, index: number): void {
  if (value >= values[0]!) return;
  const size = values.length;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= size) break;
    const right = left + 1;
    const larger = right < size && values[left]! < values[right]! ? right : left;
    if (!(value < values[larger]!)) break;
    values[at] = values[larger]!;
    indices[at] = indices[larger]!;
    at = larger;
  }
  values[at] = value;
  indices[at] = index;
}

/** Up to so many are sorted by insertion since 1.9; more by a sort that is not followed here. */
const FEW = 15;

/**
 * Sorts as the release does.
 * @param insertion the release is 1.9 or newer
 * @returns whether the order of equal values is the library's own
 */
export function sortNearest(values: Float64Array, indices: Int32Array, insertion: boolean): boolean {
  if (!insertion) {
    sortTogether(values, indices);
    return true;
  }
  for (let i = 1; i < values.length; i++) {
    for (let j = i; j > 0 && values[j - 1]! > values[j]!; j--) swap(values, indices, j - 1, j);
  }
  return values.length <= FEW || values.every((v, i) => v !== values[i + 1]);
}

/** Quicksort by the median of three, of values and indices together. */
function sortTogether(values: Float64Array, indices: Int32Array, from = 0, size = values.length): void {
  let start = from;
  let count = size;
  while (count > 3) {
    const pivot = partition(values, indices, start, count);
    const rest = count - pivot - 1;
    // The shorter side by recursion: its depth stays logarithmic, and both sides are sorted apart from each other.
    if (pivot < rest) {
      sortTogether(values, indices, start, pivot);
      start += pivot + 1;
      count = rest;
    } else {
      sortTogether(values, indices, start + pivot + 1, rest);
      count = pivot;
    }
  }
  sortFew(values, indices, start, count);
}

function sortFew(values: Float64Array, indices: Int32Array, start: number, count: number): void {
  const inOrder = (a: number, b: number): void => {
    if (values[start + a]! > values[start + b]!) swap(values, indices, start + a, start + b);
  };
  if (count < 2) return;
  inOrder(0, 1);
  if (count < 3) return;
  if (!(values[start + 1]! > values[start + 2]!)) return;
  swap(values, indices, start + 1, start + 2);
  inOrder(0, 1);
}

/** Moves what is smaller than the pivot before it, and answers where it stands. */
function partition(values: Float64Array, indices: Int32Array, start: number, count: number): number {
  const last = start + count - 1;
  const middle = start + Math.floor(count / 2);
  if (values[start]! > values[last]!) swap(values, indices, start, last);
  if (values[last]! > values[middle]!) {
    swap(values, indices, last, middle);
    if (values[start]! > values[last]!) swap(values, indices, start, last);
  }
  const pivot = values[last]!;
  let store = start;
  for (let i = start; i < last; i++) if (values[i]! < pivot) swap(values, indices, i, store++);
  swap(values, indices, store, last);
  return store - start;
}

function swap(values: Float64Array, indices: Int32Array, a: number, b: number): void {
  const value = values[a]!;
  values[a] = values[b]!;
  values[b] = value;
  const index = indices[a]!;
  indices[a] = indices[b]!;
  indices[b] = index;
}
