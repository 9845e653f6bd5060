import type { Input, Output, OutputTensor } from "@modelkeep/estimators/data";
import type { CageInfo } from "@modelkeep/sandbox";
import type { ScoringDocument } from "../input/scoring.ts";
import type { Predictions } from "../output/predictions.ts";

export const ENGINES = ["auto", "native", "sandbox"] as const;

/** How a caller chooses: `auto` is native, then the sandbox. */
export type EngineChoice = (typeof ENGINES)[number];

/** Of one load: `none` evaluates nothing, for a caller that reads the admitted files himself. */
export type LoadEngine = EngineChoice | "none";

/** What a fitted model says of itself, where the engine can tell. */
export interface FittedAttributes {
  /** `feature_names_in_` */
  readonly featureNames?: readonly string[];
  /** `n_features_in_` */
  readonly nFeatures?: number;
  /** `classes_`; one for each output of a multi-output classifier. */
  readonly classes?: OutputTensor | readonly OutputTensor[];
}

/** Input of `predict`. A text is a CSV or JSON document that was not parsed yet. */
export type PredictInput =
  | { readonly kind: "document"; readonly document: ScoringDocument }
  | { readonly kind: "csv"; readonly text: string }
  | { readonly kind: "typed"; readonly input: Input };

export type Params = Readonly<Record<string, unknown>>;

/** Input that fits the signature, and the method that it is for. */
export interface Prepared {
  readonly method: string;
  readonly input: Input;
}

/** Checking the input, and evaluating what was checked. */
export interface Steps {
  /** @throws when the input does not fit the signature */
  prepare(input: PredictInput, params: Params | undefined, method: string | undefined): Prepared;
  evaluate(prepared: Prepared): Output;
}

/** A loaded model behind one of the engines. Errors are those of the packages below; the loader translates them. */
export interface Engine extends AsyncDisposable {
  readonly name: "native" | "sandbox" | "none";
  readonly className: string;
  readonly methods: readonly string[];
  /** What shuts it in; undefined for the native engine. */
  readonly cage?: CageInfo;
  /** Why workers were lost and replaced (a code of the sandbox), and how often. */
  readonly failures?: ReadonlyMap<string, number>;
  /** Undefined: the engine cannot tell. */
  readonly attributes?: FittedAttributes;
  /** Through the model's signature, as `mlflow.pyfunc`. @param method the method that answers, default the model's own */
  predict(input: PredictInput, params: Params | undefined, method: string | undefined): Promise<Predictions>;
  /** As `predict` for typed input, with the answer's shape and dtype. */
  output(input: Input, params: Params | undefined, method: string | undefined): Promise<Output>;
  /** The two steps of `predict`, where they can be taken apart. */
  readonly steps?: Steps;
  /** Whether the answer for a row depends on that row only, so that rows of several requests may go into one evaluation. */
  readonly rowwise: boolean;
  /** One method of the model itself, without the signature. */
  invoke(method: string, input: Input): Promise<Output>;
}
