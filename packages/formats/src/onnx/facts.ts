/** What an ONNX model names that decides what running it does. */
export interface OnnxFacts {
  readonly irVersion: number;
  /** Domains of operator sets that the model or its functions import. */
  readonly opsetDomains: readonly string[];
  /** Each operator once, with where it was first seen: in graphs, subgraphs and functions. */
  readonly operators: readonly OnnxOperator[];
  /** Functions that the model defines itself. */
  readonly functions: readonly OnnxOperator[];
  /** Tensors whose data lies elsewhere. `location` is undefined when the tensor does not say where. */
  readonly external: readonly { readonly location: string | undefined; readonly offset: number }[];
}

/** An operator as nodes call it: `domain` empty for `ai.onnx`. */
export interface OnnxOperator {
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
  readonly offset: number;
}
