import { administrator, on, refused } from "./define.ts";
import { childInPath, experiment, experiments } from "./locate.ts";
import type { RouteGroup } from "./route.ts";

const dataset = childInPath("dataset", "dataset_id");
const HOST_TOOLS = "the assistant runs tools on the server's own machine";
const OUTBOUND = "it makes the server send requests to addresses that others chose";

/**
 * Evaluation datasets, scorers, reviews, prompts' optimisation, the language-model gateway and other parts around
 * them. What names its experiment is judged by it. What is found by an id of its own, holds credentials, or makes
 * the server run jobs is the administrators'. What runs tools or relays requests is nobody's.
 */
export const genaiRoutes: RouteGroup = {
  "POST /mlflow/datasets/create": on("datasets.create", "EDIT", experiments),
  "GET /mlflow/datasets/search": on("datasets.search", "READ", experiments),
  "POST /mlflow/datasets/search": on("datasets.search", "READ", experiments),
  "GET /mlflow/datasets/{dataset_id}": on("datasets.get", "READ", dataset),
  "DELETE /mlflow/datasets/{dataset_id}": on("datasets.delete", "MANAGE", dataset),
  "GET /mlflow/datasets/{dataset_id}/experiment-ids": on("datasets.get", "READ", dataset),
  "GET /mlflow/datasets/{dataset_id}/records": on("datasets.get", "READ", dataset),
  "POST /mlflow/datasets/{dataset_id}/records": on("datasets.update", "EDIT", dataset),
  "DELETE /mlflow/datasets/{dataset_id}/records": on("datasets.update", "EDIT", dataset),
  "PATCH /mlflow/datasets/{dataset_id}/tags": on("datasets.update", "EDIT", dataset),
  "DELETE /mlflow/datasets/{dataset_id}/tags/{key}": on("datasets.update", "EDIT", dataset),
  // They change which experiments own the dataset, on which all other decisions rest.
  "POST /mlflow/datasets/{dataset_id}/add-experiments": administrator("datasets.move"),
  "POST /mlflow/datasets/{dataset_id}/remove-experiments": administrator("datasets.move"),

  // A scorer is Python source that whoever loads it runs.
  "POST /mlflow/scorers/register": administrator("scorers.register"),
  "DELETE /mlflow/scorers/delete": administrator("scorers.delete"),
  "GET /mlflow/scorers/get": on("scorers.get", "READ", experiment),
  "GET /mlflow/scorers/list": on("scorers.get", "READ", experiments),
  "GET /mlflow/scorers/versions": on("scorers.get", "READ", experiment),
  "PUT /mlflow/scorers/online-config": administrator("scorers.configure"),
  "GET /mlflow/scorers/online-configs": administrator("scorers.configure"),
  "POST /mlflow/scorer/invoke": administrator("scorers.invoke"),
  "POST /mlflow/genai/evaluate/invoke": administrator("genai.evaluate"),

  "POST /mlflow/issues": on("issues.create", "EDIT", experiment),
  "POST /mlflow/issues/search": on("issues.search", "READ", experiment),
  "GET /mlflow/issues/{issue_id}": administrator("issues.get"),
  "PATCH /mlflow/issues/{issue_id}": administrator("issues.update"),
  "POST /mlflow/issues/invoke": administrator("issues.invoke"),

  "GET /mlflow/label-schemas/list": on("label-schemas.get", "READ", experiment),
  "GET /mlflow/label-schemas/get-by-name": on("label-schemas.get", "READ", experiment),
  "POST /mlflow/label-schemas/create": on("label-schemas.create", "EDIT", experiment),
  "GET /mlflow/label-schemas/get": administrator("label-schemas.get"),
  "PATCH /mlflow/label-schemas/update": administrator("label-schemas.update"),
  "DELETE /mlflow/label-schemas/delete": administrator("label-schemas.delete"),

  "GET /mlflow/review-queues/list": on("review-queues.get", "READ", experiment),
  "GET /mlflow/review-queues/get-by-name": on("review-queues.get", "READ", experiment),
  "GET /mlflow/review-queues/get": administrator("review-queues.get"),
  "POST /mlflow/review-queues/create": on("review-queues.create", "EDIT", experiment),
  "POST /mlflow/review-queues/get-or-create-user": administrator("review-queues.create"),
  "POST /mlflow/review-queues/update": administrator("review-queues.update"),
  "POST /mlflow/review-queues/delete": administrator("review-queues.delete"),
  "POST /mlflow/review-queues/items/add": administrator("review-queues.update"),
  "GET /mlflow/review-queues/items/list": administrator("review-queues.get"),
  "POST /mlflow/review-queues/items/remove": administrator("review-queues.update"),
  "POST /mlflow/review-queues/items/set-status": administrator("review-queues.update"),

  "POST /mlflow/prompt-optimization/jobs": administrator("prompt-optimization.create"),
  "GET /mlflow/prompt-optimization/jobs/search": on("prompt-optimization.get", "READ", experiment),
  "POST /mlflow/prompt-optimization/jobs/search": on("prompt-optimization.get", "READ", experiment),
  "GET /mlflow/prompt-optimization/jobs/{job_id}": administrator("prompt-optimization.get"),
  "DELETE /mlflow/prompt-optimization/jobs/{job_id}": administrator("prompt-optimization.delete"),
  "POST /mlflow/prompt-optimization/jobs/{job_id}/cancel": administrator("prompt-optimization.cancel"),

  "GET /mlflow/assistant/config": refused("assistant", HOST_TOOLS),
  "PUT /mlflow/assistant/config": refused("assistant", HOST_TOOLS),
  "POST /mlflow/assistant/message": refused("assistant", HOST_TOOLS),
  "GET /mlflow/assistant/providers": refused("assistant", HOST_TOOLS),
  "GET /mlflow/assistant/providers/{provider}/health": refused("assistant", HOST_TOOLS),
  "GET /mlflow/assistant/providers/{provider}/models": refused("assistant", HOST_TOOLS),
  "PATCH /mlflow/assistant/sessions/{session_id}": refused("assistant", HOST_TOOLS),
  "POST /mlflow/assistant/sessions/{session_id}/permission": refused("assistant", HOST_TOOLS),
  "GET /mlflow/assistant/sessions/{session_id}/stream": refused("assistant", HOST_TOOLS),
  "POST /mlflow/assistant/sessions/{session_id}/tool-result": refused("assistant", HOST_TOOLS),
  "POST /mlflow/assistant/skills/install": refused("assistant", HOST_TOOLS),

  "GET /mlflow/gateway-proxy": refused("gateway.relay", OUTBOUND),
  "POST /mlflow/gateway-proxy": refused("gateway.relay", OUTBOUND),
  "POST /gateway/anthropic/v1/messages": refused("gateway.relay", OUTBOUND),
  "POST /gateway/gemini/v1beta/models/{endpoint_name}:generateContent": refused("gateway.relay", OUTBOUND),
  "POST /gateway/gemini/v1beta/models/{endpoint_name}:streamGenerateContent": refused(
    "gateway.relay",
    OUTBOUND,
  ),
  "POST /gateway/mlflow/v1/chat/completions": refused("gateway.relay", OUTBOUND),
  "GET /gateway/mlflow/v1/models": refused("gateway.relay", OUTBOUND),
  "POST /gateway/openai/v1/chat/completions": refused("gateway.relay", OUTBOUND),
  "POST /gateway/openai/v1/embeddings": refused("gateway.relay", OUTBOUND),
  "POST /gateway/openai/v1/responses": refused("gateway.relay", OUTBOUND),
  "POST /gateway/openai/v1/responses/compact": refused("gateway.relay", OUTBOUND),
  "POST /gateway/proxy/{endpoint_name}/{path*}": refused("gateway.relay", OUTBOUND),
  "POST /gateway/typesafe/v1/systemone": refused("gateway.relay", OUTBOUND),
  "POST /gateway/{endpoint_name}/mlflow/invocations": refused("gateway.relay", OUTBOUND),
};
