export { SandboxError, type SandboxErrorCode } from "./error.ts";
export { DEFAULT_SANDBOX_LIMITS, type SandboxLimits } from "./limits.ts";
export type { CageInfo } from "./driver.ts";
export type { DriverChoice } from "./driver-names.ts";
export type { SandboxedModelOptions } from "./options.ts";
export { SandboxedModel, type ScoringInput, type ScoringOutput } from "./sandboxed-model.ts";
export type { WireCsr, WireFrame, WireScalar, WireTensor, WireValue } from "./wire/values.ts";
export {
  type BuiltEnvironment,
  ensureEnvironment,
  type EnvironmentRequest,
} from "./environment/environment.ts";
export { findPythonVersion } from "./environment/find-python.ts";
