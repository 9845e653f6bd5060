import { checkLoggedModelJson } from "../admission/registration.ts";
import { administrator, on, onAll } from "./define.ts";
import { experiment, experiments, mentionedModels, mentionedRuns, run, runInQuery, runs } from "./locate.ts";
import type { RouteGroup } from "./route.ts";

/** Runs and what is logged to them. MLflow asks for MANAGE to delete and so does this table. */
export const runRoutes: RouteGroup = {
  "POST /mlflow/runs/create": on("runs.create", "EDIT", experiment),
  "GET /mlflow/runs/get": on("runs.get", "READ", run),
  "POST /mlflow/runs/search": on("runs.search", "READ", experiments),
  "POST /mlflow/runs/update": on("runs.update", "EDIT", run),
  "POST /mlflow/runs/delete": on("runs.delete", "MANAGE", run),
  "POST /mlflow/runs/restore": on("runs.restore", "MANAGE", run),
  "POST /mlflow/runs/set-tag": on("runs.tag", "EDIT", run),
  "POST /mlflow/runs/delete-tag": on("runs.tag", "EDIT", run),
  "POST /mlflow/runs/log-parameter": on("runs.log", "EDIT", run),
  "POST /mlflow/runs/log-metric": onAll("runs.log", [
    { permission: "EDIT", locate: run },
    { permission: "EDIT", locate: mentionedModels },
  ]),
  "POST /mlflow/runs/log-batch": onAll("runs.log", [
    { permission: "EDIT", locate: run },
    { permission: "EDIT", locate: mentionedModels },
    { permission: "EDIT", locate: mentionedRuns },
  ]),
  "POST /mlflow/runs/log-model": on("runs.log-model", "EDIT", run, { check: checkLoggedModelJson }),
  "POST /mlflow/runs/log-inputs": onAll("runs.log", [
    { permission: "EDIT", locate: run },
    { permission: "READ", locate: mentionedModels },
  ]),
  "POST /mlflow/runs/outputs": onAll("runs.log", [
    { permission: "EDIT", locate: run },
    { permission: "EDIT", locate: mentionedModels },
  ]),
  // Runs an evaluation against a language model from the server.
  "POST /mlflow/runs/create-promptlab-run": administrator("runs.promptlab"),
  "GET /mlflow/metrics/get-history": on("metrics.history", "READ", run),
  "GET /mlflow/metrics/get-history-bulk": on("metrics.history", "READ", runs),
  "GET /mlflow/metrics/get-history-bulk-interval": on("metrics.history", "READ", runs),
  "GET /mlflow/artifacts/list": on("artifacts.list", "READ", run),
  "GET /get-artifact": on("artifacts.download", "READ", run, { transport: "download" }),
  "POST /mlflow/upload-artifact": on("artifacts.upload", "EDIT", runInQuery, {
    transport: "upload",
    query: true,
  }),
};
