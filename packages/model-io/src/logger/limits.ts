/** Bounds of what is logged: MLflow's own where it has them, stricter by default. Lengths in characters. */
export interface LoggerLimits {
  readonly key: number;
  readonly value: number;
  readonly listItems: number;
  readonly dictEntries: number;
  /** Largest absolute value of a metric. */
  readonly metric: number;
  readonly path: number;
  /** Bytes of one artifact. */
  readonly artifactBytes: number;
}

export const DEFAULT_LOGGER_LIMITS: LoggerLimits = {
  key: 100,
  value: 1_000,
  listItems: 100,
  dictEntries: 50,
  metric: 1e10,
  path: 200,
  artifactBytes: 512 * 2 ** 20,
};
