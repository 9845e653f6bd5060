import { MlflowError } from "../error.ts";
import type { Connection } from "../http/connection.ts";
import { Answer } from "../json/read.ts";

/** The id of an experiment by name; undefined when there is none. */
export async function experimentIdByName(connection: Connection, name: string): Promise<string | undefined> {
  try {
    const answer = await connection.json({
      method: "GET",
      path: "/api/2.0/mlflow/experiments/get-by-name",
      query: { experiment_name: name },
    });
    return new Answer(answer, "experiments/get-by-name").child("experiment").text("experiment_id");
  } catch (error) {
    if (error instanceof MlflowError && error.code === "not-found") return undefined;
    throw error;
  }
}

/** The id of an experiment by name; made when there is none. Two callers at once get the same one. */
export async function ensureExperiment(connection: Connection, name: string): Promise<string> {
  const known = await experimentIdByName(connection, name);
  if (known !== undefined) return known;
  try {
    const answer = await connection.json({
      method: "POST",
      path: "/api/2.0/mlflow/experiments/create",
      json: { name },
    });
    return new Answer(answer, "experiments/create").text("experiment_id");
  } catch (error) {
    if (!(error instanceof MlflowError) || error.errorCode !== "RESOURCE_ALREADY_EXISTS") throw error;
    const made = await experimentIdByName(connection, name);
    if (made === undefined) throw error;
    return made;
  }
}
