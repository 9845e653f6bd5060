/** What one worker may use. Bytes, milliseconds, counts. */
export interface SandboxLimits {
  /** Memory of the worker: its address space, and where control groups can be made, what it holds of real memory. */
  readonly memoryBytes: number;
  /** CPU seconds over the worker's whole life. */
  readonly cpuSeconds: number;
  /** Largest file it may write; also the size of its only writable folder. */
  readonly fileBytes: number;
  readonly openFiles: number;
  readonly threads: number;
  /** What it may write to stdout and stderr in its life. */
  readonly outputBytes: number;
  /** Largest frame in either direction. */
  readonly frameBytes: number;
  /** Largest number of values in one answer: each takes more memory here than on its way. */
  readonly answerValues: number;
  /** Until the model is loaded: imports of a cold environment take seconds. */
  readonly startMilliseconds: number;
  /** For one request. */
  readonly requestMilliseconds: number;
  /** Requests that may wait for a worker; one more is refused at once. */
  readonly queuedRequests: number;
}

export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = {
  memoryBytes: 4 * 2 ** 30,
  cpuSeconds: 3_600,
  fileBytes: 64 * 2 ** 20,
  openFiles: 256,
  threads: 64,
  outputBytes: 16 * 2 ** 20,
  frameBytes: 256 * 2 ** 20,
  answerValues: 8 * 2 ** 20,
  startMilliseconds: 120_000,
  requestMilliseconds: 60_000,
  queuedRequests: 256,
};
