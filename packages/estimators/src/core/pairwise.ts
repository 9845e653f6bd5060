import { type Dense, denseOf } from "./matrix.ts";

/** libsvm's `sigmoid_predict`, kept away from 0 and 1 as `svm_predict_probability` does. */
export function sigmoid(decision: number, a: number, b: number): number {
  const f = decision * a + b;
  const p = f >= 0 ? Math.exp(-f) / (1 + Math.exp(-f)) : 1 / (1 + Math.exp(f));
  // As C's comparisons go, what is no number becomes the lower bound.
  const above = p > 1e-7 ? p : 1e-7;
  return above < 1 - 1e-7 ? above : 1 - 1e-7;
}

/** libsvm's `multiclass_probability` (Wu, Lin and Weng's second method) for each row of pairwise probabilities. */
export function couple(pairs: Dense, classes: number): Dense {
  const out = new Float64Array(pairs.rows * classes);
  const r = new Float64Array(classes * classes);
  for (let row = 0; row < pairs.rows; row++) {
    let at = row * pairs.cols;
    for (let i = 0; i < classes; i++) {
      for (let j = i + 1; j < classes; j++) {
        r[i * classes + j] = pairs.data[at]!;
        r[j * classes + i] = 1 - pairs.data[at++]!;
      }
    }
    coupleRow(r, classes, out.subarray(row * classes, (row + 1) * classes));
  }
  return denseOf(out, pairs.rows, classes);
}

function coupleRow(r: Float64Array, k: number, p: Float64Array): void {
  const q = new Float64Array(k * k);
  for (let t = 0; t < k; t++) {
    p[t] = 1 / k;
    for (let j = 0; j < k; j++) {
      if (j === t) continue;
      q[t * k + t]! += r[j * k + t]! * r[j * k + t]!;
      q[t * k + j] = -r[j * k + t]! * r[t * k + j]!;
    }
  }
  iterate(q, k, p);
}

function iterate(q: Float64Array, k: number, p: Float64Array): void {
  const qp = new Float64Array(k);
  const epsilon = 0.005 / k;
  for (let round = 0; round < Math.max(100, k); round++) {
    let pqp = 0;
    for (let t = 0; t < k; t++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += q[t * k + j]! * p[j]!;
      qp[t] = sum;
      pqp += p[t]! * sum;
    }
    if (qp.every((v) => Math.abs(v - pqp) < epsilon)) return;
    for (let t = 0; t < k; t++) {
      const diff = (-qp[t]! + pqp) / q[t * k + t]!;
      p[t]! += diff;
      pqp = (pqp + diff * (diff * q[t * k + t]! + 2 * qp[t]!)) / (1 + diff) / (1 + diff);
      for (let j = 0; j < k; j++) {
        qp[j] = (qp[j]! + diff * q[t * k + j]!) / (1 + diff);
        p[j] = p[j]! / (1 + diff);
      }
    }
  }
}
