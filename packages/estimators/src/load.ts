import type { Value } from "@modelkeep/formats/value";
import type { Input, Method, Output, OutputTensor } from "./data.ts";
import { unsupported } from "./error.ts";

/** A model that was read as data. Nothing in it is code. */
export interface NativeModel {
  /** Full name, for example `sklearn.pipeline.Pipeline`. */
  readonly className: string;
  /** What `invoke` takes, in a fixed order. */
  readonly methods: readonly Method[];
  /** Column names that the model was fitted with, in order, if it was fitted on a frame. */
  readonly featureNames?: readonly string[];
  /** Number of columns that the model was fitted with, where it records that. */
  readonly nFeatures?: number;
  /** `classes_` of a classifier; one per output for multi-output ones. */
  readonly classes?: OutputTensor | readonly OutputTensor[];
  /**
   * Calls one method of the model.
   * @throws {EstimatorError} `bad-input` when the input does not fit, `unsupported` when there is no such method
   */
  invoke(method: Method, input: Input): Output;
}

/**
 * Reads a model from its graph (pickle, joblib, skops). Everything that cannot be evaluated exactly is refused here,
 * before the first prediction.
 * @param hints what MLmodel says, for models that do not say it themselves
 * @throws {EstimatorError} `unsupported` or `malformed`; the message names the class and the parameter
 */
export function loadModel(root: Value, hints: { readonly sklearnVersion?: string } = {}): NativeModel {
  void hints;
  throw unsupported(`a ${root.kind} is no model`);
}
