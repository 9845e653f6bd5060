import { ModelkeepError, type ModelReport } from "@modelkeep/findings";
import type { ConnectOptions, FetchLimits, FetchProgress } from "@modelkeep/mlflow";
import type { Policy } from "@modelkeep/scanner/policy";
import type { AccessSinks } from "./access/log.ts";
import type { CacheOptions } from "./cache/folder.ts";
import { type EngineChoice, ENGINES, type LoadEngine } from "./engines/engine.ts";
import type { SandboxOptions } from "./engines/sandbox.ts";
import { type Fallback, FALLBACKS } from "./fallback.ts";

import type { Trust } from "./trust/trust.ts";

/** What scans a model's folder: the scan service, or one that is shared. */
export interface ModelScanner {
  scanModel(folder: string, options: { name?: string }): Promise<ModelReport>;
}

/** Something that a person should hear of, although the load goes on. */
export interface LoaderNotice {
  readonly kind: "fallback" | "changed-bytes" | "broken-record" | "no-cache";
  readonly message: string;
}

export interface LoaderOptions extends ConnectOptions, AccessSinks {
  /** A policy, or the file that holds one. */
  readonly policy?: Policy | string;
  /** Default `auto`: native, then the sandbox for what is not evaluated natively. */
  readonly engine?: EngineChoice;
  readonly limits?: Partial<FetchLimits>;
  /** Where private copies are made; default the system's temporary folder. */
  readonly quarantineFolder?: string;
  readonly sandbox?: SandboxOptions;
  /** Default a scan service of the loader's own. */
  readonly scanner?: ModelScanner;
  /** Where bytes and verdicts are kept between loads; `false` keeps nothing. */
  readonly cache?: CacheOptions | false;
  /** Default `none`. `last-verified` keeps each version that passed everything, for when its successor is refused. */
  readonly fallback?: Fallback;
  /** Default a warning of the process (`process.emitWarning`). */
  readonly onNotice?: (notice: LoaderNotice) => void;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Who is trusted to sign what: read already, or a `modelkeep.yaml` whose trust section says it. Default: nobody. */
  readonly trust?: Trust | string;
  /** File of the baselines of unsigned models; default in `MODELKEEP_STATE`, else the user's state folder. */
  readonly baselines?: string;
}

/** What the files at an address are, on the caller's word: trust goes by this instead of by the address. */
export interface StandsFor {
  /** As MLflow names it, `models:/…` or `runs:/…`. */
  readonly uri: string;
  readonly name?: string;
  readonly version?: string;
  /** Where the bytes came from. */
  readonly source: string;
  /** The store that was asked, without credentials. */
  readonly server: string;
}

export interface LoadOptions {
  /** Set when the caller fetched a folder from a store that this loader does not speak to. */
  readonly as?: StandsFor;
  /** Recorded digests, path → SHA-256: the model must be exactly these files. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** `none` admits the model and evaluates nothing: its files are read with `readFile`. */
  readonly engine?: LoadEngine;
  readonly fallback?: Fallback;
}

/** @throws {ModelkeepError} `INVALID_ARGUMENT`, `CONFIGURATION` */
export function checkOptions(options: LoaderOptions): void {
  checkChoice(options.engine, ENGINES, "engine");
  checkChoice(options.fallback, FALLBACKS, "fallback");
  if (options.fallback === "last-verified" && options.cache === false) {
    throw new ModelkeepError(
      "CONFIGURATION",
      "fallback last-verified keeps its versions in the cache, which is off: switch the cache on",
    );
  }
}

/** @throws {ModelkeepError} `INVALID_ARGUMENT` */
export function checkChoice(chosen: string | undefined, known: readonly string[], what: string): void {
  if (chosen === undefined || known.includes(chosen)) return;
  throw new ModelkeepError("INVALID_ARGUMENT", `there is no ${what} ${chosen}: choose ${known.join(", ")}`);
}
