import { MlflowError } from "../error.ts";
import type { Connection } from "../http/connection.ts";
import { Answer } from "../json/read.ts";

export interface ModelVersion {
  readonly name: string;
  readonly version: string;
  readonly stage: string | undefined;
  readonly runId: string | undefined;
  readonly source: string | undefined;
}

export async function versionByAlias(
  connection: Connection,
  name: string,
  alias: string,
): Promise<ModelVersion> {
  const call = {
    method: "GET",
    path: "/api/2.0/mlflow/registered-models/alias",
    query: { name, alias },
  } as const;
  try {
    const answer = new Answer(await connection.json(call), "registered-models/alias");
    return versionOf(answer.child("model_version"));
  } catch (error) {
    throw missingAlias(error);
  }
}

/** MLflow answers 400 INVALID_PARAMETER_VALUE for an alias that is not there. */
function missingAlias(error: unknown): unknown {
  if (!(error instanceof MlflowError) || error.errorCode !== "INVALID_PARAMETER_VALUE") return error;
  return new MlflowError("not-found", error.message, {
    status: 400,
    errorCode: error.errorCode,
    cause: error,
  });
}

/**
 * The newest version, of one stage (case does not matter) or of all, as MLflow means `latest`.
 * @throws {MlflowError} `not-found` when there is none
 */
export async function latestVersion(
  connection: Connection,
  name: string,
  stage?: string,
): Promise<ModelVersion> {
  const answer = await connection.json({
    method: "POST",
    path: "/api/2.0/mlflow/registered-models/get-latest-versions",
    json: { name, ...(stage === undefined ? {} : { stages: [stage] }) },
    idempotent: true,
  });
  const versions = new Answer(answer, "get-latest-versions").children("model_versions").map(versionOf);
  const newest = versions.sort((a, b) => Number(b.version) - Number(a.version))[0];
  if (newest !== undefined) return newest;
  const where = stage === undefined ? "" : ` in stage ${JSON.stringify(stage)}`;
  throw new MlflowError("not-found", `the registered model ${JSON.stringify(name)} has no version${where}`);
}

/** Where the artifacts of a version are: a URI. */
export async function downloadUri(connection: Connection, name: string, version: string): Promise<string> {
  const answer = await connection.json({
    method: "GET",
    path: "/api/2.0/mlflow/model-versions/get-download-uri",
    query: { name, version },
  });
  return new Answer(answer, "model-versions/get-download-uri").text("artifact_uri");
}

function versionOf(answer: Answer): ModelVersion {
  return {
    name: answer.text("name"),
    version: answer.text("version"),
    stage: answer.optionalText("current_stage"),
    runId: answer.optionalText("run_id"),
    source: answer.optionalText("source"),
  };
}
