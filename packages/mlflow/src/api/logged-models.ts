import { MlflowError } from "../error.ts";
import type { Connection } from "../http/connection.ts";
import { Answer } from "../json/read.ts";

export interface LoggedModel {
  readonly modelId: string;
  readonly name: string | undefined;
  readonly artifactUri: string;
  readonly sourceRunId: string | undefined;
}

/** Pages of a search that are looked through before giving up. */
const MAX_PAGES = 200;

export async function getLoggedModel(connection: Connection, modelId: string): Promise<LoggedModel> {
  const answer = await connection.json({
    method: "GET",
    path: `/api/2.0/mlflow/logged-models/${encodeURIComponent(modelId)}`,
  });
  return modelOf(new Answer(answer, "logged-models/get").child("model"));
}

/**
 * The model that a run logged under a name (since MLflow 3 it lives apart from the run's artifacts).
 * @returns undefined when there is none, or the server is older than logged models
 */
export async function loggedModelOfRun(
  connection: Connection,
  run: { readonly runId: string; readonly experimentId: string },
  name: string,
): Promise<LoggedModel | undefined> {
  // MLflow's filter language knows no escape of a quote, and no model's name may hold one.
  if (name.includes("'")) return undefined;
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const found = await searchPage(connection, run.experimentId, name, token);
    if (found === undefined) return undefined;
    const match = found.models.find((model) => model.sourceRunId === run.runId);
    if (match !== undefined || found.token === undefined) return match;
    token = found.token;
  }
  throw new MlflowError(
    "limit",
    `more than ${MAX_PAGES} pages of models named ${name}: name it by models:/m-<id>`,
  );
}

async function searchPage(
  connection: Connection,
  experimentId: string,
  name: string,
  token: string | undefined,
): Promise<{ models: LoggedModel[]; token: string | undefined } | undefined> {
  try {
    const answer = new Answer(
      await connection.json({
        method: "POST",
        path: "/api/2.0/mlflow/logged-models/search",
        json: { experiment_ids: [experimentId], filter: `name = '${name}'`, page_token: token },
        idempotent: true,
      }),
      "logged-models/search",
    );
    return {
      models: answer.children("models").map(modelOf),
      token: answer.optionalText("next_page_token") || undefined,
    };
  } catch (error) {
    // MLflow 2 has no such route: then the run's own artifacts are all there is.
    if (error instanceof MlflowError && (error.status === 404 || error.status === 405)) return undefined;
    throw error;
  }
}

function modelOf(answer: Answer): LoggedModel {
  const info = answer.child("info");
  return {
    modelId: info.text("model_id"),
    name: info.optionalText("name"),
    artifactUri: info.text("artifact_uri"),
    sourceRunId: info.optionalText("source_run_id"),
  };
}
