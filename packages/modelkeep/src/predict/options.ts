import type { EngineChoice, LoaderOptions } from "@modelkeep/model-io";
import { UsageError } from "../command.ts";
import { readConfig } from "../config.ts";

const ENGINE_NAMES = ["auto", "native", "sandbox"] as const;

/** @throws {UsageError} for what is no engine */
export function engineChoice(name: string | undefined): EngineChoice | undefined {
  if (name === undefined) return undefined;
  const known = ENGINE_NAMES.find((engine) => engine === name);
  if (known !== undefined) return known;
  throw new UsageError(`there is no engine ${JSON.stringify(name)}`, `choose ${ENGINE_NAMES.join(", ")}`);
}

/** The loader's options from flags, then `MODELKEEP_*`, then `modelkeep.yaml`. */
export async function loaderOptions(flags: {
  readonly engine: string | undefined;
  readonly policy: string | undefined;
}): Promise<LoaderOptions> {
  const config = await readConfig();
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const engine = engineChoice(
    flags.engine ?? process.env["MODELKEEP_ENGINE"] ?? text(config.loader["engine"]),
  );
  const policy = flags.policy ?? process.env["MODELKEEP_POLICY"] ?? config.policy;
  const trackingUri = process.env["MLFLOW_TRACKING_URI"] || config.tracking_uri;
  const python = process.env["MODELKEEP_PYTHON"] || text(config.loader["python"]);
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(policy === undefined ? {} : { policy }),
    ...(trackingUri === undefined ? {} : { trackingUri }),
    ...(python === undefined ? {} : { sandbox: { python } }),
  };
}
