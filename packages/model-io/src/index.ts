export type { Csr, DType, Frame, Input, Output, Scalar, Tensor } from "@modelkeep/estimators/data";
export { type ErrorCode, ModelkeepError, type ModelReport, type Verdict } from "@modelkeep/findings";
export type { EngineChoice } from "./engines/engine.ts";
export type { ScoringDocument } from "./input/scoring.ts";
export { type LoaderOptions, type LoadOptions, type ModelScanner, SecureMLflowLoader } from "./loader.ts";
export { type PredictOptions, type PredictResult, SecureModel } from "./model.ts";
export type { Predictions } from "./output/predictions.ts";
export { modelDigest, resolveAndDownload } from "./quarantine.ts";
