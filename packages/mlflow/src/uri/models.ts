import { fault, splitPath } from "./text.ts";

/** A `models:/` address. `path` names a folder within the model and is empty for the model itself. */
export type ModelsUri =
  | { readonly kind: "version"; readonly name: string; readonly version: string; readonly path: string }
  | { readonly kind: "alias"; readonly name: string; readonly alias: string; readonly path: string }
  /** the newest version of a stage, or of all */
  | {
      readonly kind: "latest";
      readonly name: string;
      readonly stage: string | undefined;
      readonly path: string;
    }
  | { readonly kind: "logged-model"; readonly modelId: string };

const HELP = "write models:/name/version, models:/name@alias, models:/name/latest or models:/m-<id>";
const STAGES = new Set(["none", "staging", "production", "archived"]);

/**
 * As MLflow's `_parse_model_uri` and `split_models_uri`: nothing is percent-decoded, the last `@` begins the alias.
 * @param rest what follows `models:`
 * @throws {MlflowError} `configuration`
 */
export function modelsUri(uri: string, rest: string): ModelsUri {
  const wrong = fault(`${uri} is no models:/ address`, HELP);
  if (/^\/\/[^/]/u.test(rest)) throw otherRegistry(uri);
  if (!rest.startsWith("/")) throw wrong;
  const [first = "", second, ...deeper] = rest.replace(/^\/+/u, "").replace(/\/+$/u, "").split("/");
  if (first.trim() === "") throw wrong;
  if (second === undefined) return alone(first, wrong);
  if (second.trim() === "") throw wrong;
  const path = splitPath(deeper.join("/"), uri);
  const alias = aliasOf(first);
  if (alias !== undefined && (deeper.length > 0 || !isSuffix(second)))
    return { kind: "alias", ...alias, path: splitPath([second, ...deeper].join("/"), uri) };
  if (/^\d+$/u.test(second)) return { kind: "version", name: first, version: second, path };
  const stage = second.toLowerCase() === "latest" ? undefined : second;
  return { kind: "latest", name: first, stage, path };
}

function alone(first: string, wrong: Error): ModelsUri {
  if (!first.includes("@")) return { kind: "logged-model", modelId: first };
  const alias = aliasOf(first);
  if (alias === undefined) throw wrong;
  return { kind: "alias", ...alias, path: "" };
}

function aliasOf(text: string): { readonly name: string; readonly alias: string } | undefined {
  const at = text.lastIndexOf("@");
  const alias = text.slice(at + 1);
  return at > 0 && alias.trim() !== "" ? { name: text.slice(0, at), alias } : undefined;
}

/** Whether the second part names a version or a stage: then an `@` before it belongs to the model's name. */
function isSuffix(second: string): boolean {
  const lower = second.toLowerCase();
  return /^\d+$/u.test(second) || lower === "latest" || STAGES.has(lower);
}

function otherRegistry(uri: string): Error {
  return fault(
    `${uri} names a Databricks profile, and that registry is not read`,
    "name the tracking server by MLFLOW_TRACKING_URI and write models:/name/version",
  );
}
