import { checkFinalize } from "../admission/registration.ts";
import { on, onAll } from "./define.ts";
import { childInPath, experiment, experiments, optionalSourceRun } from "./locate.ts";
import type { RouteGroup } from "./route.ts";

const model = childInPath("logged-model", "model_id");

/** MLflow 3's logged models, which live in an experiment. */
export const loggedModelRoutes: RouteGroup = {
  "POST /mlflow/logged-models": onAll("logged-models.create", [
    { permission: "EDIT", locate: experiment },
    { permission: "EDIT", locate: optionalSourceRun },
  ]),
  "POST /mlflow/logged-models/search": on("logged-models.search", "READ", experiments),
  "GET /mlflow/logged-models/{model_id}": on("logged-models.get", "READ", model),
  "PATCH /mlflow/logged-models/{model_id}": on("logged-models.finalize", "EDIT", model, {
    check: checkFinalize,
  }),
  "DELETE /mlflow/logged-models/{model_id}": on("logged-models.delete", "MANAGE", model),
  "POST /mlflow/logged-models/{model_id}/params": on("logged-models.log", "EDIT", model),
  "PATCH /mlflow/logged-models/{model_id}/tags": on("logged-models.tag", "EDIT", model),
  "DELETE /mlflow/logged-models/{model_id}/tags/{tag_key}": on("logged-models.tag", "EDIT", model),
  "GET /mlflow/logged-models/{model_id}/artifacts/directories": on("artifacts.list", "READ", model),
  "GET /mlflow/logged-models/{model_id}/artifacts/files": on("artifacts.download", "READ", model, {
    transport: "download",
  }),
};
