import type { ByteSource } from "@modelkeep/bytes";
import type { OnnxFacts } from "./onnx/facts.ts";
import type { Graph, Value } from "./value.ts";

/** Byte range of a source that a reader explained. The parts of an analysis tile the source. */
export interface Part {
  /** What stands there: `header`, `pickle`, `raw-array`, `member-data`, `padding`, … */
  readonly what: string;
  readonly offset: number;
  readonly length: number;
}

/** Where a fact was seen: `part` names the nested member (empty for the file itself), `offset` is within it. */
export interface FactLocation {
  readonly part: string;
  readonly offset: number;
}

/** Why something could not be explained. Each is a reason for `unanalyzable`. */
export type ProblemCode =
  | "truncated"
  | "malformed"
  /** the readers that a victim could use would not agree on these bytes */
  | "ambiguous"
  | "encrypted"
  | "unsupported"
  /** a budget (time, memory, depth, expansion, count) ran out */
  | "budget"
  /** bytes that no reader explained */
  | "leftover"
  | "unknown-format";

/** What a reader learnt. Facts carry no judgement; `scanner` judges them. */
export type Fact =
  /** a pickle, a joblib dump or a skops schema was read to its end */
  | { readonly kind: "graph"; readonly syntax: GraphSyntax; readonly graph: Graph; readonly at: FactLocation }
  | {
      readonly kind: "problem";
      readonly code: ProblemCode;
      readonly message: string;
      readonly at: FactLocation;
    }
  /** code that came along by design: TorchScript, a Lambda layer, Python source inside a model */
  | { readonly kind: "code"; readonly what: string; readonly message: string; readonly at: FactLocation }
  /** a MLmodel document */
  | { readonly kind: "mlmodel"; readonly document: MlmodelFacts; readonly at: FactLocation }
  /** an ONNX model was read to its end */
  | { readonly kind: "onnx"; readonly model: OnnxFacts; readonly at: FactLocation }
  /** a reference that the loading library would follow (an HDF5 external link) */
  | {
      readonly kind: "reference";
      readonly target: string;
      readonly message: string;
      readonly at: FactLocation;
    };

export type GraphSyntax = "pickle" | "joblib" | "skops" | "torch";

/** What a MLmodel says that decides what loading it will do. */
export interface MlmodelFacts {
  /** Flavor name → its entries as plain data (strings, numbers, booleans, null, arrays, objects without prototype). */
  readonly flavors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The whole document as plain data. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** One reader's account of one source. */
export interface Analysis {
  /** `pickle`, `joblib`, `npy`, `npz`, `zip`, `torch-zip`, `torch-legacy`, `skops`, `json`, `text`, … or `unknown`. */
  readonly format: string;
  readonly parts: readonly Part[];
  /** Bytes explained, of `source.size`. Less than the size comes with a `leftover` problem. */
  readonly explained: number;
  readonly facts: readonly Fact[];
  /** The object's graph, where the format holds one (what `estimators` reads). */
  readonly root?: Value;
}

/** Limits of one analysis. Exhausted means a `budget` problem, never a partial success. */
export interface AnalysisLimits {
  /** Pickle opcodes, skops nodes and the like, summed over all nested parts. */
  readonly maxSteps: number;
  /** Bytes of memory that graphs may take, estimated and summed. */
  readonly maxGraphBytes: number;
  /** Bytes that decompression may produce, summed. */
  readonly maxExpandedBytes: number;
  /** Ratio of decompressed to compressed bytes above which a member is refused once past 10 MiB. */
  readonly maxExpansionRatio: number;
  /** Archives within archives. */
  readonly maxDepth: number;
  /** Members of all archives together. */
  readonly maxMembers: number;
  /** Milliseconds of wall time. */
  readonly maxMilliseconds: number;
}

export const DEFAULT_LIMITS: AnalysisLimits = {
  maxSteps: 50_000_000,
  maxGraphBytes: 2 ** 30,
  maxExpandedBytes: 8 * 2 ** 30,
  maxExpansionRatio: 1_100,
  maxDepth: 4,
  maxMembers: 100_000,
  maxMilliseconds: 120_000,
};

/** `analyze(source, options)` of `formats/src/analyze.ts` has this type. `name` may help to name a format, never to trust it. */
export type Analyze = (source: ByteSource, options?: { limits?: Partial<AnalysisLimits> }) => Analysis;
