import type { CallFact, Value } from "../python/types.ts";
import { argumentOf } from "./calls.ts";

/** Addresses of tracking servers and registries that a call sets or uses. */
export function trackingAddresses(call: CallFact): readonly Value[] {
  const { path } = call;
  const found: (Value | undefined)[] = [];
  if (/^mlflow\.set_(tracking|registry)_uri$/.test(path)) found.push(argumentOf(call, 0, "uri"));
  else if (path === "mlflow.MlflowClient")
    found.push(argumentOf(call, 0, "tracking_uri"), argumentOf(call, 1, "registry_uri"));
  else if (/^mlflow\.artifacts\.\w+$/.test(path))
    found.push(argumentOf(call, 0, "artifact_uri"), argumentOf(call, undefined, "tracking_uri"));
  else if (/^mlflow\.(deployments\.get_deploy_client|create_experiment)$/.test(path))
    found.push(argumentOf(call, path.endsWith("client") ? 0 : 1, "target_uri", "artifact_location"));
  else if (/^mlflow(\.\w+)*\.(load_model|register_model)$/.test(path))
    found.push(argumentOf(call, 0, "model_uri"));
  else if (/^os\.(environ\.setdefault|putenv)$/.test(path) && isTracking(argumentOf(call, 0)))
    found.push(argumentOf(call, 1));
  else if (/^os\.(getenv|environ\.get)$/.test(path) && isTracking(argumentOf(call, 0)))
    found.push(argumentOf(call, 1, "default"));
  else
    for (const name of ["tracking_uri", "registry_uri", "mlflow_tracking_uri", "MLFLOW_TRACKING_URI"])
      found.push(call.args.keywords.get(name));
  return found.filter((value) => value !== undefined);
}

function isTracking(name: Value | undefined): boolean {
  return (
    name?.refs.some(
      (ref) => ref.kind === "const" && typeof ref.value === "string" && TRACKING_NAME.test(ref.value),
    ) === true
  );
}

/** Names under which an address of a tracking server is kept. */
export const TRACKING_NAME =
  /^_*(mlflow_)?(tracking|registry)_?(server_?)?(uri|url)$|^mlflow_?(server_?)?(uri|url|host|address|endpoint)$/i;
