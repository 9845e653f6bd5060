import { fault, decode, splitPath } from "./text.ts";
import { type ModelsUri, modelsUri } from "./models.ts";
import { OBJECT_SCHEMES, type ObjectUri, objectUri } from "./objects.ts";
import { refusedScheme } from "./refused.ts";

/** What a model URI names, before any server is asked. */
export type ModelUri =
  | { readonly kind: "local"; readonly path: string }
  | ModelsUri
  /** `path` is empty when the URI names all that a run logged */
  | { readonly kind: "run"; readonly runId: string; readonly path: string }
  /** `mlflow-artifacts:/path`; `host` when the URI names one */
  | { readonly kind: "proxy"; readonly host: string | undefined; readonly path: string }
  | { readonly kind: "http"; readonly url: URL }
  | ObjectUri;

const SCHEME = /^([a-z][a-z0-9+.-]*):(.*)$/isu;

/**
 * Reads a URI as MLflow's clients do (their artifact_repository_registry). What has no scheme is a path.
 * @throws {MlflowError} `configuration` names the scheme or the fault, and what to write instead
 */
export function parseModelUri(uri: string): ModelUri {
  if (uri === "") throw fault("the model URI is empty", "name a folder or models:/name@alias");
  if (/\p{Cc}/u.test(uri)) throw fault("the model URI holds control characters", "check it");
  const match = SCHEME.exec(uri);
  if (match === null) return { kind: "local", path: uri };
  const scheme = match[1]?.toLowerCase() ?? "";
  const rest = match[2] ?? "";
  if (OBJECT_SCHEMES.has(scheme)) return objectUri(scheme, rest, uri);
  switch (scheme) {
    case "file":
      return localUri(uri, rest);
    case "models":
      return modelsUri(uri, rest);
    case "runs":
      return runsUri(uri, rest);
    case "mlflow-artifacts":
      return proxyUri(uri);
    case "http":
    case "https":
      return { kind: "http", url: webUrl(uri) };
    default:
      throw refusedScheme(scheme, uri);
  }
}

function localUri(uri: string, rest: string): ModelUri {
  // `new URL` would make a relative path an absolute one.
  if (!rest.startsWith("/")) return { kind: "local", path: decode(rest, uri) };
  if (!URL.canParse(uri)) throw fault(`${uri} is no file: address`, "write file:///path/of/the/model");
  const { host } = new URL(uri);
  if (host !== "" && host !== "localhost") throw fault(`${uri} names another host`, "write file:///path");
  // What follows # and ? belongs to the name: MLflow's own clients write them there unescaped.
  const path = rest.startsWith("//") ? rest.replace(/^\/\/[^/]*/u, "") : rest;
  return { kind: "local", path: decode(path, uri) };
}

function runsUri(uri: string, rest: string): ModelUri {
  const [runId = "", ...path] = rest.replace(/^\//u, "").split("/");
  if (rest.startsWith("//"))
    throw fault(`${uri} names another tracking server`, "set MLFLOW_TRACKING_URI, write runs:/…");
  if (!rest.startsWith("/") || !/^[\w-]{1,64}$/u.test(runId)) {
    throw fault(`${uri} is no runs:/ address`, "write runs:/<run id>/path/of/the/model");
  }
  return { kind: "run", runId, path: splitPath(path.join("/"), uri) };
}

function proxyUri(uri: string): ModelUri {
  if (!URL.canParse(uri))
    throw fault(`${uri} is no mlflow-artifacts: address`, "write mlflow-artifacts:/path");
  const url = new URL(uri);
  if (url.username !== "" || url.password !== "") throw credential();
  // A port without a host looks like a host that is a number.
  if (/^\d+$/u.test(url.hostname) && url.port === "")
    throw fault(`${uri} names a port and no host`, "write mlflow-artifacts://host:port/path");
  return {
    kind: "proxy",
    host: url.host === "" ? undefined : url.host,
    path: splitPath(decode(`${url.pathname}${url.search}${url.hash}`, uri), uri),
  };
}

function webUrl(uri: string): URL {
  if (!URL.canParse(uri)) throw fault(`${uri} is no address`, "check it");
  const url = new URL(uri);
  if (url.username !== "" || url.password !== "") throw credential();
  return url;
}

function credential(): Error {
  return fault(
    "the model URI holds a credential",
    "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
  );
}
