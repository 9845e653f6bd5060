export {
  type Batch,
  createRun,
  endRun,
  getRun,
  logBatch,
  type Metric,
  type NewRun,
  type RunInfo,
  type RunStatus,
} from "./api/runs.ts";
export { listArtifacts, putArtifact } from "./api/artifacts.ts";
export { ensureExperiment, experimentIdByName } from "./api/experiments.ts";
export { getLoggedModel, type LoggedModel } from "./api/logged-models.ts";
export { downloadUri, latestVersion, type ModelVersion, versionByAlias } from "./api/model-versions.ts";
export { fetchModel, type FetchOptions } from "./artifacts/fetch.ts";
export { DEFAULT_FETCH_LIMITS, type FetchLimits, type FetchProgress } from "./artifacts/limits.ts";
export type { FetchCache, KeptPart, KnownFile } from "./artifacts/cache.ts";
export type { FetchedFile } from "./artifacts/download.ts";
export { connect, type ConnectOptions } from "./client.ts";
export { MlflowError, type MlflowErrorCode } from "./error.ts";
export { type Call, Connection } from "./http/connection.ts";
export type { Fetch, FetchInit } from "./http/node-fetch.ts";
export { type Settings, settingsFrom, type SettingsOptions } from "./http/settings.ts";
export { type ModelUri, parseModelUri } from "./uri/parse.ts";
export { type Location, type Resolved, resolveModelUri } from "./uri/resolve.ts";
export { parseSignature } from "./signature/parse.ts";
export type {
  ColumnSpec,
  ColumnType,
  InputSchema,
  ParamSpec,
  Property,
  ScalarType,
  Signature,
  TensorSpec,
} from "./signature/types.ts";
