export type { Csr, DType, Frame, Input, Output, Scalar, Tensor } from "@modelkeep/estimators/data";
export { type ErrorCode, ModelkeepError, type ModelReport, type Verdict } from "@modelkeep/findings";
export type { EngineChoice } from "./engines/engine.ts";
export type { ScoringDocument } from "./input/scoring.ts";
export {
  type LoaderOptions,
  type LoadOptions,
  type ModelScanner,
  type ResolvedModel,
  SecureMLflowLoader,
} from "./loader.ts";
export { type PredictOptions, type PredictResult, SecureModel } from "./model.ts";
export type { Predictions } from "./output/predictions.ts";
export { modelDigest, resolveAndDownload } from "./quarantine.ts";
export type { LoggerLimits } from "./logger/limits.ts";
export { type LoggerOptions, SecureMLflowLogger, type StartRunOptions } from "./logger/logger.ts";
export { SecureRun } from "./logger/run.ts";
export type { Loggable, SecretPolicy } from "./logger/values.ts";
export { type Authoriser, GatewayAuthoriser, type GatewayAuthOptions } from "./serve/auth.ts";
export type { Snapshot } from "./serve/metrics.ts";
export { ModelServer, type ModelServerOptions } from "./serve/server.ts";
export type { ServeEvent } from "./serve/watch.ts";
