import type { Finding } from "./finding.ts";
import type { Verdict } from "./verdict.ts";

/** What one scan says of one file: the object that `modelkeep scan --format jsonl` prints, field for field. */
export interface FileReport {
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** A format's id (`pickle`, `torch-zip`, …) or `unknown`. */
  readonly format: string;
  readonly verdict: Verdict;
  readonly admitted: boolean;
  readonly coverage: { readonly bytes: number; readonly explained: number };
  readonly findings: readonly Finding[];
}

/** What a scan says of a MLflow model folder judged as one model. `files` are its members' own reports. */
export interface ModelReport {
  readonly path: string;
  readonly kind: "mlflow-model";
  readonly verdict: Verdict;
  readonly admitted: boolean;
  /** Findings of the model as a whole (a file that is missing, code paths, an unknown loader module). */
  readonly findings: readonly Finding[];
  readonly files: readonly FileReport[];
}
