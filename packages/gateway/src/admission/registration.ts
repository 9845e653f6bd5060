import type { Resource } from "../access/resource.ts";
import type { Resolver } from "../access/resolver.ts";
import { type JsonObject, parseRequestJson } from "../http/json.ts";
import { badRequest, denied } from "../http/refusal.ts";
import { safeArtifactPath } from "../http/target.ts";
import { objects, optionalValue, param, textField, value } from "../routes/fields.ts";
import { experimentOf } from "../routes/locate.ts";
import type { ApiRequest, Check, Locator } from "../routes/route.ts";
import { ownerOfArtifact } from "./artifact-path.ts";
import { PROMPT_SOURCES } from "./model.ts";
import { parseSource, type Source } from "./source.ts";

/** What a new version's source, run and logged model belong to: reading them is needed to register them. */
export const sourceResources: Locator = async (request, resolver) => {
  const found: Resource[] = [];
  const source = sourceOf(request);
  if (source !== undefined) found.push(await ownerOfSource(source, resolver));
  const runId = optionalValue(request, "run_id");
  if (runId !== undefined) found.push(await experimentOf("run", runId, resolver));
  const modelId = optionalValue(request, "model_id");
  if (modelId !== undefined) found.push(await experimentOf("logged-model", modelId, resolver));
  return found;
};

function ownerOfSource(source: Source, resolver: Resolver): Promise<Resource> {
  if (source.kind === "proxy") return ownerOfArtifact(source.path, resolver);
  if (source.kind === "run") return experimentOf("run", source.runId, resolver);
  if (source.kind === "logged-model") return experimentOf("logged-model", source.modelId, resolver);
  return resolver.registeredModel(source.name);
}

function sourceOf(request: ApiRequest): Source | undefined {
  const source = value(request, "source");
  return isPrompt(request) && PROMPT_SOURCES.has(source) ? undefined : parseSource(source);
}

function isPrompt(request: ApiRequest): boolean {
  return objects(request, "tags").some(
    (tag) =>
      textField(tag, "key") === "mlflow.prompt.is_prompt" &&
      textField(tag, "value")?.toLowerCase() === "true",
  );
}

/** Registration: the whole model at the source must be admitted. */
export const checkModelVersion: Check = async (request, _principal, { admission }) => {
  const source = sourceOf(request);
  if (source !== undefined) await admission.admit(source);
};

/** An alias or a stage makes a version the one that services load: it is judged again as it lies there now. */
export const checkAlias: Check = async (request, _principal, { admission }) => {
  await admission.admitVersion(value(request, "name"), value(request, "version"));
};

/** A logged model is whole when its writer says READY (or leaves the status to mean that). */
export const checkFinalize: Check = async (request, _principal, { admission }) => {
  if (isReady(request)) await admission.admit({ kind: "logged-model", modelId: param(request, "model_id") });
};

// Enums may be sent by name or by number; anything but the known "not ready" ones is treated as ready.
function isReady(request: ApiRequest): boolean {
  const status = request.body["status"];
  return !(typeof status === "string" && /^LOGGED_MODEL_(?:PENDING|UPLOAD_FAILED)$/u.test(status));
}

/** MLflow 2's clients record a model on its run after its files: they are judged if they are there. */
export const checkLoggedModelJson: Check = async (request, _principal, { admission }) => {
  const model = parseModelJson(value(request, "model_json"));
  const path = textField(model, "artifact_path");
  const runId = value(request, "run_id");
  if (path !== undefined && !/^(?:models|mlflow-artifacts):/u.test(path)) {
    await admission.admitIfPresent(runId, safeArtifactPath(path));
  }
};

function parseModelJson(text: string): JsonObject {
  try {
    return parseRequestJson(Buffer.from(text));
  } catch (error) {
    throw badRequest(
      `model_json is not understood: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** An experiment elsewhere than the server's own place would put artifacts where the gateway does not see them. */
export const checkArtifactLocation: Check = (request, principal) => {
  const location = optionalValue(request, "artifact_location");
  if (location !== undefined && principal.role !== "administrator") {
    throw denied(
      "only an administrator may give an experiment an artifact location of its own: leave artifact_location out",
    );
  }
  return Promise.resolve();
};
