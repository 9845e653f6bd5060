import type { EngineChoice, Fallback, LoaderOptions } from "@modelkeep/model-io";
import { UsageError } from "../command.ts";
import { type Config, configFile, readConfig } from "../config.ts";
import { sandboxOptions } from "./sandbox-options.ts";
import { shown } from "../gateway/client.ts";
import { fetchProgress } from "./progress.ts";

const ENGINE_NAMES = ["auto", "native", "sandbox"] as const;

/** @throws {UsageError} for what is no engine */
export function engineChoice(name: string | undefined): EngineChoice | undefined {
  if (name === undefined) return undefined;
  const known = ENGINE_NAMES.find((engine) => engine === name);
  if (known !== undefined) return known;
  throw new UsageError(`there is no engine ${JSON.stringify(name)}`, `choose ${ENGINE_NAMES.join(", ")}`);
}

/** @throws {UsageError} for what is no fallback */
export function fallbackChoice(name: string | undefined): Fallback | undefined {
  if (name === undefined || name === "none" || name === "last-verified") return name;
  throw new UsageError(`there is no fallback ${JSON.stringify(name)}`, "choose none or last-verified");
}

/** The loader's options from flags, then `MODELKEEP_*`, then `modelkeep.yaml`. */
export async function loaderOptions(flags: {
  readonly engine: string | undefined;
  readonly policy: string | undefined;
  readonly fallback?: string | undefined;
  readonly auditLog?: string | undefined;
  readonly envManager?: string | undefined;
  readonly sandboxDriver?: string | undefined;
}): Promise<LoaderOptions> {
  const config = await readConfig();
  const { env } = process;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const { loader } = config;
  const engine = engineChoice(flags.engine ?? env["MODELKEEP_ENGINE"] ?? text(loader["engine"]));
  const policy = flags.policy ?? env["MODELKEEP_POLICY"] ?? config.policy;
  const trackingUri = env["MLFLOW_TRACKING_URI"] || config.tracking_uri;
  const python = env["MODELKEEP_PYTHON"] || text(loader["python"]);
  const fallback = fallbackChoice(flags.fallback ?? (env["MODELKEEP_FALLBACK"] || text(loader["fallback"])));
  const auditLog = flags.auditLog ?? (env["MODELKEEP_AUDIT_LOG"] || text(loader["audit_log"]));
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(policy === undefined ? {} : { policy }),
    ...(trackingUri === undefined ? {} : { trackingUri }),
    sandbox: sandboxOptions(flags, config, python),
    ...(fallback === undefined ? {} : { fallback }),
    ...(auditLog === undefined ? {} : { auditLog }),
    ...trustOptions(config),
    ...cacheOptions(config),
    onNotice: ({ message }) => process.stderr.write(`modelkeep: ${shown(message)}\n`),
    onProgress: fetchProgress(),
  };
}

/** The trust section is read by the loader, which knows keys and certificates. */
function trustOptions({ trust }: Config): Pick<LoaderOptions, "trust"> {
  const file = configFile();
  return trust === undefined || file === undefined ? {} : { trust: file };
}

/** `MODELKEEP_CACHE` is read by the loader itself, and wins over the file. */
function cacheOptions({ cache }: Config): Pick<LoaderOptions, "cache"> {
  const { folder, max_bytes: maxBytes } = cache;
  const named = process.env["MODELKEEP_CACHE"] ? undefined : folder;
  if (named === "off") return { cache: false };
  return {
    cache: {
      ...(typeof named === "string" ? { folder: named } : {}),
      ...(typeof maxBytes === "number" ? { maxBytes } : {}),
    },
  };
}
