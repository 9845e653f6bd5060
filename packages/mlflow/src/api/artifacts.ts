import { MlflowError } from "../error.ts";
import { type Connection, shown } from "../http/connection.ts";
import { Answer } from "../json/read.ts";

/** Where MLflow's artifact proxy lives below a server's address. */
export const ARTIFACTS_ROUTE = "/api/2.0/mlflow-artifacts/artifacts";

export interface ArtifactEntry {
  /** Relative to the folder that was listed: one name. */
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes, where the server says so. */
  readonly size: number | undefined;
}

/** What stands directly below a path of the artifact proxy. */
export async function listArtifacts(connection: Connection, path: string): Promise<ArtifactEntry[]> {
  const answer = await connection.json({ method: "GET", path: ARTIFACTS_ROUTE, query: { path } });
  return new Answer(answer, "mlflow-artifacts").children("files").map((file) => ({
    name: file.text("path"),
    isFolder: file.flag("is_dir"),
    size: file.optionalCount("file_size"),
  }));
}

/** The address of one file on the artifact proxy. */
export function artifactUrl(connection: Connection, path: string): URL {
  return connection.url(`${ARTIFACTS_ROUTE}/${encodePath(path)}`);
}

/** Stores one file through the artifact proxy. Storing the same bytes again is harmless, so it is retried. */
export async function putArtifact(
  connection: Connection,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const url = artifactUrl(connection, path);
  try {
    await connection.json({
      method: "PUT",
      path: `${ARTIFACTS_ROUTE}/${encodePath(path)}`,
      bytes,
      idempotent: true,
    });
  } catch (error) {
    if (!(error instanceof MlflowError) || error.code !== "malformed") throw error;
    throw new MlflowError("malformed", `${shown(url)} stored nothing that it confirmed: is it MLflow?`, {
      cause: error,
    });
  }
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
