export {
  defaultLockFile,
  ensurePythonEnvironment,
  type EnvironmentOptions,
  type PythonEnvironment,
} from "./environment.ts";
export { startManagedUpstream } from "./managed.ts";
export { startUpstream, type Upstream, type UpstreamOptions } from "./supervisor.ts";
