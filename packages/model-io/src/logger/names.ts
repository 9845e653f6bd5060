import { ModelkeepError } from "@modelkeep/findings";
import type { LoggerLimits } from "./limits.ts";

/** MLflow's own alphabet of keys (mlflow/utils/validation.py). */
const KEY = /^[/\w.\- :]+$/u;

/**
 * Checks the key of a param, metric or tag.
 * @throws {ModelkeepError} `INVALID_ARGUMENT`, `LIMIT_EXCEEDED`
 */
export function checkKey(key: string, what: string, limits: LoggerLimits): string {
  if (key.length > limits.key) {
    throw new ModelkeepError(
      "LIMIT_EXCEEDED",
      `the ${what} key ${shown(key)} has over ${limits.key} characters: shorten it`,
    );
  }
  if (!KEY.test(key) || key.trim() !== key) {
    throw wrong(`the ${what} key ${shown(key)} may hold letters, digits, _ - . : / and inner spaces only`);
  }
  // MLflow stores keys as paths in file stores: what normalises to another path is another key.
  if (key.startsWith("/") || key.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw wrong(`the ${what} key ${shown(key)} is no clean path: remove //, . and ..`);
  }
  return key;
}

/**
 * Checks the path of an artifact below the run.
 * @throws {ModelkeepError} `INVALID_ARGUMENT`, `LIMIT_EXCEEDED`
 */
export function checkArtifactPath(path: string, limits: LoggerLimits): string {
  if (path.length > limits.path) {
    throw new ModelkeepError(
      "LIMIT_EXCEEDED",
      `the artifact path ${shown(path)} has over ${limits.path} characters`,
    );
  }
  const parts = path.split("/");
  const unclean = parts.some((part) => part === "" || part === "." || part === ".." || part.trim() !== part);
  if (unclean || /[\\:*?"<>|#%\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(path)) {
    throw wrong(`the artifact path ${shown(path)} must be plain names with / between them`);
  }
  return path;
}

function wrong(message: string): ModelkeepError {
  return new ModelkeepError("INVALID_ARGUMENT", message);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
