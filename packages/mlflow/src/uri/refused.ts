import type { MlflowError } from "../error.ts";
import { fault } from "./text.ts";

const PROXY =
  "let the tracking server proxy its artifacts (mlflow server --serve-artifacts), or download the folder and name it";

/** Schemes that MLflow's clients read and we do not, and what to do about each. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["dbfs", "download it with the Databricks CLI (databricks fs cp -r) and name the folder"],
  ["databricks", "export the model from Databricks and name the folder"],
  ["databricks-uc", "export the model from Databricks and name the folder"],
  ["uc", "export the model from Unity Catalog and name the folder"],
  ["hdfs", `${PROXY} (hdfs dfs -get)`],
  ["viewfs", `${PROXY} (hdfs dfs -get)`],
  ["ftp", `${PROXY}; FTP protects neither password nor bytes`],
  ["sftp", `${PROXY} (sftp -r)`],
  ["prompts", "prompts are no models: name models:/…"],
]);

/** The error for a scheme that is not read. */
export function refusedScheme(scheme: string, uri: string): MlflowError {
  const shown = uri.length > 200 ? `${uri.slice(0, 200)}…` : uri;
  // A password may stand in the address.
  const safe = shown.replace(/\/\/[^/@]*@/u, "//…@");
  return fault(`${scheme}: addresses are not read directly (${safe})`, ADVICE.get(scheme) ?? PROXY);
}
