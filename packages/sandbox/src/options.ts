import type { DriverChoice } from "./driver-names.ts";
import type { CageDriver } from "./driver.ts";
import type { SandboxLimits } from "./limits.ts";

export interface SandboxedModelOptions {
  /** The environment's interpreter. */
  readonly python: string;
  /** False when the environment was made from a model's own requirements. Default true: the managed one. */
  readonly trusted?: boolean;
  /** A private copy of the model; seen read-only inside. */
  readonly modelFolder: string;
  readonly limits?: Partial<SandboxLimits>;
  /** How many processes answer for this model; default 1. */
  readonly workers?: number;
  /** Default `bwrap`, found on PATH. */
  readonly bubblewrap?: string;
  /** What shuts workers in, by name or ready made; default bubblewrap. */
  readonly driver?: DriverChoice | CageDriverFactory;
}

/** Makes ready what cages for this model need. @throws {SandboxError} `unavailable` */
export type CageDriverFactory = (
  options: SandboxedModelOptions,
  limits: SandboxLimits,
) => Promise<CageDriver>;
