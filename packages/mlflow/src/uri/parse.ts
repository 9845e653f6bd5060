import { MlflowError } from "../error.ts";

/** What a model URI names, before any server is asked. */
export type ModelUri =
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "version"; readonly name: string; readonly version: string }
  | { readonly kind: "alias"; readonly name: string; readonly alias: string }
  /** the newest version of a stage, or of all */
  | { readonly kind: "latest"; readonly name: string; readonly stage: string | undefined }
  | { readonly kind: "logged-model"; readonly modelId: string }
  | { readonly kind: "run"; readonly runId: string; readonly path: string }
  /** `mlflow-artifacts:/path`; `host` when the URI names one */
  | { readonly kind: "proxy"; readonly host: string | undefined; readonly path: string }
  | { readonly kind: "http"; readonly url: URL };

const SCHEME = /^([a-z][a-z0-9+.-]*):(.*)$/isu;

/**
 * Reads a URI as MLflow's clients do. What has no scheme is a path.
 * @throws {MlflowError} `configuration` names the scheme or the fault, and what to write instead
 */
export function parseModelUri(uri: string): ModelUri {
  if (uri === "") throw fault("the model URI is empty", "name a folder or models:/name@alias");
  if (/\p{Cc}/u.test(uri)) throw fault("the model URI holds control characters", "check it");
  const match = SCHEME.exec(uri);
  const scheme = match?.[1]?.toLowerCase();
  const rest = match?.[2] ?? "";
  switch (scheme) {
    case undefined:
      return { kind: "local", path: uri };
    case "file":
      return localUri(uri);
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
      throw fault(
        `${scheme}: addresses are not read directly`,
        "let the tracking server proxy its artifacts (mlflow server --serve-artifacts), or download the folder and name it",
      );
  }
}

function localUri(uri: string): ModelUri {
  if (!URL.canParse(uri)) throw fault(`${uri} is no file: address`, "write file:///path/of/the/model");
  const url = new URL(uri);
  if (url.host !== "" && url.host !== "localhost")
    throw fault(`${uri} names another host`, "write file:///path");
  return { kind: "local", path: decode(url.pathname, uri) };
}

function modelsUri(uri: string, rest: string): ModelUri {
  const help = "write models:/name/version, models:/name@alias, models:/name/latest or models:/m-<id>";
  const wrong = fault(`${uri} is no models:/ address`, help);
  if (!rest.startsWith("/") || rest.startsWith("//")) throw wrong;
  const parts = rest.replace(/\/+$/u, "").slice(1).split("/");
  const [first = "", second] = parts;
  if (first.trim() === "" || parts.length > 2) throw wrong;
  if (second !== undefined) {
    if (second.trim() === "") throw wrong;
    if (/^\d+$/u.test(second)) return { kind: "version", name: first, version: second };
    return { kind: "latest", name: first, stage: second.toLowerCase() === "latest" ? undefined : second };
  }
  const at = first.lastIndexOf("@");
  if (at < 0) return { kind: "logged-model", modelId: first };
  const alias = first.slice(at + 1);
  if (alias.trim() === "" || at === 0) throw wrong;
  return { kind: "alias", name: first.slice(0, at), alias };
}

function runsUri(uri: string, rest: string): ModelUri {
  const [runId = "", ...path] = rest.replace(/^\//u, "").split("/");
  const clean = path.filter((part) => part !== "");
  if (!rest.startsWith("/") || !/^[\w-]{1,64}$/u.test(runId)) {
    throw fault(`${uri} is no runs:/ address`, "write runs:/<run id>/path/of/the/model");
  }
  if (clean.length === 0) throw fault(`${uri} names a run, not a model`, `write runs:/${runId}/model`);
  return { kind: "run", runId, path: checkedPath(clean.join("/"), uri) };
}

function proxyUri(uri: string): ModelUri {
  if (!URL.canParse(uri))
    throw fault(`${uri} is no mlflow-artifacts: address`, "write mlflow-artifacts:/path");
  const url = new URL(uri);
  const path = decode(url.pathname, uri)
    .split("/")
    .filter((part) => part !== "");
  return {
    kind: "proxy",
    host: url.host === "" ? undefined : url.host,
    path: checkedPath(path.join("/"), uri),
  };
}

function webUrl(uri: string): URL {
  if (!URL.canParse(uri)) throw fault(`${uri} is no address`, "check it");
  const url = new URL(uri);
  if (url.username !== "" || url.password !== "") {
    throw fault(
      "the model URI holds a credential",
      "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
    );
  }
  return url;
}

function checkedPath(path: string, uri: string): string {
  if (path.split("/").some((part) => part === "." || part === ".." || part.includes("\\"))) {
    throw fault(`${uri} leaves its folder`, "remove . and .. from it");
  }
  return path;
}

function decode(text: string, uri: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new MlflowError("configuration", `${uri} is encoded wrongly: check its % signs`, { cause });
  }
}

function fault(what: string, advice: string): MlflowError {
  return new MlflowError("configuration", `${what}: ${advice}`);
}
