import type { Connection } from "../http/connection.ts";
import { Answer } from "../json/read.ts";

export type RunStatus = "FINISHED" | "FAILED" | "KILLED";

export interface RunInfo {
  readonly runId: string;
  readonly experimentId: string;
  readonly artifactUri: string;
  readonly status: string;
}

/** @throws {MlflowError} `not-found` */
export async function getRun(connection: Connection, runId: string): Promise<RunInfo> {
  const answer = await connection.json({
    method: "GET",
    path: "/api/2.0/mlflow/runs/get",
    query: { run_id: runId },
  });
  return runInfo(new Answer(answer, "runs/get").child("run"));
}

export interface NewRun {
  readonly experimentId: string;
  readonly runName?: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly tags: ReadonlyMap<string, string>;
}

export async function createRun(connection: Connection, run: NewRun): Promise<RunInfo> {
  const answer = await connection.json({
    method: "POST",
    path: "/api/2.0/mlflow/runs/create",
    json: {
      experiment_id: run.experimentId,
      run_name: run.runName,
      start_time: run.startTime,
      tags: pairs(run.tags),
    },
  });
  return runInfo(new Answer(answer, "runs/create").child("run"));
}

/** Ends a run. Setting the same state twice is harmless, so it is retried. */
export async function endRun(
  connection: Connection,
  runId: string,
  status: RunStatus,
  endTime: number,
): Promise<void> {
  await connection.json({
    method: "POST",
    path: "/api/2.0/mlflow/runs/update",
    json: { run_id: runId, status, end_time: endTime },
    idempotent: true,
  });
}

export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

export interface Batch {
  readonly params: ReadonlyMap<string, string>;
  readonly metrics: readonly Metric[];
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * Logs up to 1,000 metrics, 100 params and 100 tags. MLflow stores equal params, tags and metric points once, so a
 * batch may be sent again when its answer was lost.
 */
export async function logBatch(connection: Connection, runId: string, batch: Batch): Promise<void> {
  await connection.json({
    method: "POST",
    path: "/api/2.0/mlflow/runs/log-batch",
    json: {
      run_id: runId,
      params: pairs(batch.params),
      tags: pairs(batch.tags),
      metrics: batch.metrics.map((metric) => ({ ...metric, value: jsonNumber(metric.value) })),
    },
    idempotent: true,
  });
}

// Protobuf's JSON writes what JSON's numbers cannot say as text.
function jsonNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

function pairs(map: ReadonlyMap<string, string>): { key: string; value: string }[] {
  return [...map].map(([key, value]) => ({ key, value }));
}

function runInfo(run: Answer): RunInfo {
  const info = run.child("info");
  return {
    runId: info.text("run_id"),
    experimentId: info.text("experiment_id"),
    artifactUri: info.text("artifact_uri"),
    status: info.optionalText("status") ?? "RUNNING",
  };
}
