import { ensurePythonEnvironment } from "./environment.ts";
import { startUpstream, type Upstream } from "./supervisor.ts";

export interface ManagedOptions {
  readonly dataDir: string;
  readonly onLog?: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The MLflow of a gateway that was given no `--upstream`: on the interpreter named by `MODELKEEP_PYTHON` when set,
 * else on the managed environment, which is made when it is not there.
 * @throws ModelkeepError CONFIGURATION or UNAVAILABLE, each saying what to do
 */
export async function startManagedUpstream(options: ManagedOptions): Promise<Upstream> {
  const { dataDir, onLog = () => {}, env = process.env } = options;
  const python =
    env["MODELKEEP_PYTHON"] ?? (await ensurePythonEnvironment({ dataDir, env, onProgress: onLog })).python;
  return await startUpstream({ dataDir, python, onLog });
}
