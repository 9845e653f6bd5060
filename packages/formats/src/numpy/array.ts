import type { ByteSource } from "@modelkeep/bytes";
import type { Value } from "../value.ts";
import type { DType } from "./dtype.ts";

/** An array found in a graph. Exactly one of `source` and `objects` is there. */
export interface NdArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** `product(shape) * dtype.itemSize` bytes. */
  readonly source?: ByteSource;
  /** Elements of dtype object, in the order in which they are stored. */
  readonly objects?: readonly Value[];
}
