/** What an ONNX model names that decides what running it does. */
export interface OnnxFacts {
  readonly irVersion: number;
  /** Operator sets that the model or its functions import. */
  readonly opsets: readonly OnnxOpset[];
  /** Each operator once, with where it was first seen: in graphs, subgraphs and functions. */
  readonly operators: readonly OnnxOperator[];
  /** Functions that the model defines itself. */
  readonly functions: readonly OnnxOperator[];
  /** Tensors whose data lies elsewhere. */
  readonly external: readonly ExternalTensor[];
}

/** `domain` empty for `ai.onnx`. */
export interface OnnxOpset {
  readonly domain: string;
  readonly version: number;
  readonly offset: number;
}

/** An operator as nodes call it: `domain` empty for `ai.onnx`. */
export interface OnnxOperator {
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
  readonly offset: number;
}

/** A tensor whose data lies in another file. */
export interface ExternalTensor {
  /** As the model spells it; undefined when the tensor does not say where. */
  readonly location: string | undefined;
  /** Where the tensor stands in the model. */
  readonly offset: number;
  /** Where its data begins in the other file. */
  readonly start: number;
  /** Bytes that its type and shape take. */
  readonly size: number;
  /** Whether it says how long its data is; else libraries read to the file's end. */
  readonly hasLength: boolean;
}
