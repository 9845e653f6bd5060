import { artifactInPath, artifactInQuery, deletionInPath, uploadInPath } from "../admission/artifact-path.ts";
import { on, refused } from "./define.ts";
import type { RouteGroup } from "./route.ts";

// MLflow's client looks for exactly these words and then sends the whole file through the proxy, to be judged.
const NO_MULTIPART = "Multipart upload is not supported for the current artifact repository";
const NO_PRESIGNED =
  "Presigned downloads are not supported for the current artifact repository: they would pass bytes by unjudged";

/** The artifact proxy: every byte in either direction goes through admission. */
export const artifactRoutes: RouteGroup = {
  "GET /mlflow-artifacts/artifacts": on("artifacts.list", "READ", artifactInQuery),
  "GET /mlflow-artifacts/artifacts/{artifact_path*}": on("artifacts.download", "READ", artifactInPath, {
    transport: "download",
  }),
  "PUT /mlflow-artifacts/artifacts/{artifact_path*}": on("artifacts.upload", "EDIT", uploadInPath, {
    transport: "upload",
  }),
  "DELETE /mlflow-artifacts/artifacts/{artifact_path*}": on("artifacts.delete", "EDIT", deletionInPath),
  "POST /mlflow-artifacts/mpu/create/{artifact_path*}": refused("artifacts.multipart", NO_MULTIPART, 501),
  "POST /mlflow-artifacts/mpu/complete/{artifact_path*}": refused("artifacts.multipart", NO_MULTIPART, 501),
  "POST /mlflow-artifacts/mpu/abort/{artifact_path*}": refused("artifacts.multipart", NO_MULTIPART, 501),
  "GET /mlflow-artifacts/presigned/{artifact_path*}": refused("artifacts.presigned", NO_PRESIGNED, 501),
  "POST /mlflow/artifacts/presigned-download-url": refused("artifacts.presigned", NO_PRESIGNED, 501),
  "POST /mlflow/artifacts/presigned-upload-url": refused("artifacts.presigned", NO_PRESIGNED, 501),
};
