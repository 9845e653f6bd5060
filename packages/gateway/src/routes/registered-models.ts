import { textAt } from "../access/resolver.ts";
import { checkAlias, checkModelVersion, sourceResources } from "../admission/registration.ts";
import { authenticated, creates, on, onAll } from "./define.ts";
import { value } from "./fields.ts";
import { registeredModel } from "./locate.ts";
import type { Effect, ListFilter, RouteGroup } from "./route.ts";

const owned: Effect = async (_request, principal, { directory }, answer) => {
  const name = textAt(answer, "registered_model", "name");
  if (name !== undefined) await directory.setOwner("registered-model", name, principal.userId);
};

const deleted: Effect = async (request, _principal, { directory, resolver }) => {
  const name = value(request, "name");
  await directory.removeOwner("registered-model", name);
  resolver.forget("registered-model", name);
};

const renamed: Effect = async (request, _principal, { directory, resolver }, answer) => {
  const from = value(request, "name");
  const to = textAt(answer, "registered_model", "name");
  const owner = directory.ownerOf("registered-model", from);
  await directory.removeOwner("registered-model", from);
  if (owner !== undefined && to !== undefined) await directory.setOwner("registered-model", to, owner);
  resolver.forget("registered-model", from);
};

function readable(items: string): ListFilter {
  return {
    items,
    resource: (item) => {
      const name = textAt(item, "name");
      const found = name === undefined ? undefined : ({ kind: "registered-model", id: name, name } as const);
      return Promise.resolve(found);
    },
  };
}

const models = readable("registered_models");
const versions = readable("model_versions");

/** Registered models (prompts too: MLflow keeps them as models), their versions and aliases. */
export const registeredModelRoutes: RouteGroup = {
  "POST /mlflow/registered-models/create": creates("registered-models.create", { effect: owned }),
  "GET /mlflow/registered-models/get": on("registered-models.get", "READ", registeredModel),
  "GET /mlflow/registered-models/search": authenticated("registered-models.search", { filter: models }),
  "GET /mlflow/registered-models/get-latest-versions": on("registered-models.get", "READ", registeredModel),
  "POST /mlflow/registered-models/get-latest-versions": on("registered-models.get", "READ", registeredModel),
  "PATCH /mlflow/registered-models/update": on("registered-models.update", "EDIT", registeredModel),
  "POST /mlflow/registered-models/rename": on("registered-models.rename", "MANAGE", registeredModel, {
    effect: renamed,
  }),
  "DELETE /mlflow/registered-models/delete": on("registered-models.delete", "MANAGE", registeredModel, {
    effect: deleted,
  }),
  "POST /mlflow/registered-models/set-tag": on("registered-models.tag", "EDIT", registeredModel),
  "DELETE /mlflow/registered-models/delete-tag": on("registered-models.tag", "EDIT", registeredModel),
  "GET /mlflow/registered-models/alias": on("aliases.get", "READ", registeredModel),
  "POST /mlflow/registered-models/alias": on("aliases.set", "EDIT", registeredModel, { check: checkAlias }),
  "DELETE /mlflow/registered-models/alias": on("aliases.delete", "EDIT", registeredModel),
  "POST /mlflow/model-versions/create": onAll(
    "model-versions.create",
    [
      { permission: "EDIT", locate: registeredModel },
      { permission: "READ", locate: sourceResources },
    ],
    { check: checkModelVersion },
  ),
  "GET /mlflow/model-versions/get": on("model-versions.get", "READ", registeredModel),
  "GET /mlflow/model-versions/get-download-uri": on("model-versions.get", "READ", registeredModel),
  "GET /mlflow/model-versions/search": authenticated("model-versions.search", { filter: versions }),
  "PATCH /mlflow/model-versions/update": on("model-versions.update", "EDIT", registeredModel),
  "POST /mlflow/model-versions/transition-stage": on("model-versions.stage", "EDIT", registeredModel, {
    check: checkAlias,
  }),
  "POST /mlflow/model-versions/set-tag": on("model-versions.tag", "EDIT", registeredModel),
  "DELETE /mlflow/model-versions/delete-tag": on("model-versions.tag", "EDIT", registeredModel),
  "DELETE /mlflow/model-versions/delete": on("model-versions.delete", "MANAGE", registeredModel),
  "GET /model-versions/get-artifact": on("artifacts.download", "READ", registeredModel, {
    transport: "download",
  }),
};
