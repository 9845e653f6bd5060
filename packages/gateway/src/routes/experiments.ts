import { textAt } from "../access/resolver.ts";
import { isJsonObject } from "../http/json.ts";
import { checkArtifactLocation } from "../admission/registration.ts";
import { creates, on, authenticated } from "./define.ts";
import { value } from "./fields.ts";
import { experiment, experimentByName, experiments } from "./locate.ts";
import type { Effect, ListFilter, RouteGroup } from "./route.ts";

const readable: ListFilter = {
  items: "experiments",
  resource: (item) => {
    const id = textAt(item, "experiment_id");
    const name = textAt(item, "name");
    const found =
      id === undefined || name === undefined ? undefined : ({ kind: "experiment", id, name } as const);
    return Promise.resolve(found);
  },
};

const owned: Effect = async (_request, principal, { directory }, answer) => {
  const id = isJsonObject(answer) ? textAt(answer, "experiment_id") : undefined;
  if (id !== undefined) await directory.setOwner("experiment", id, principal.userId);
};

const changed: Effect = (request, _principal, { resolver }) => {
  resolver.forget("experiment", value(request, "experiment_id"));
  return Promise.resolve();
};

/** Experiments. A permission on one covers its runs, logged models, traces and files. */
export const experimentRoutes: RouteGroup = {
  "POST /mlflow/experiments/create": creates("experiments.create", {
    check: checkArtifactLocation,
    effect: owned,
  }),
  "GET /mlflow/experiments/search": authenticated("experiments.search", { filter: readable }),
  "POST /mlflow/experiments/search": authenticated("experiments.search", { filter: readable }),
  "GET /mlflow/experiments/get": on("experiments.get", "READ", experiment),
  "GET /mlflow/experiments/get-by-name": on("experiments.get", "READ", experimentByName),
  "POST /mlflow/experiments/update": on("experiments.update", "EDIT", experiment, { effect: changed }),
  "POST /mlflow/experiments/set-experiment-tag": on("experiments.tag", "EDIT", experiment),
  "POST /mlflow/experiments/delete-experiment-tag": on("experiments.tag", "EDIT", experiment),
  "POST /mlflow/experiments/delete": on("experiments.delete", "MANAGE", experiment, { effect: changed }),
  "POST /mlflow/experiments/restore": on("experiments.restore", "MANAGE", experiment, { effect: changed }),
  "POST /mlflow/experiments/search-datasets": on("experiments.datasets", "READ", experiments),
};
