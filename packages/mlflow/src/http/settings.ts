import { readFileSync } from "node:fs";
import { MlflowError } from "../error.ts";

/** How to reach a tracking server. */
export interface Settings {
  /** Origin and path prefix, without a trailing slash. */
  readonly base: URL;
  /** Value of the `Authorization` header; sent to exactly the origin of `base`. */
  readonly authorization?: string;
  readonly tls: TlsSettings;
  /** Milliseconds until an answer must have begun, and between two pieces of it. */
  readonly timeoutMilliseconds: number;
  readonly maxRetries: number;
  /** Seconds; the n-th retry waits `factor * 2^(n-1)` and some jitter. */
  readonly backoffFactor: number;
}

/** MLflow's defaults, for what needs no server. */
export const DEFAULT_RETRY = { maxRetries: 4, backoffFactor: 0.5 } as const;

export interface TlsSettings {
  /** PEM of further authorities to trust. */
  readonly ca?: string;
  readonly insecure?: boolean;
  /** PEM with certificate and key of the client. */
  readonly clientCertificate?: string;
}

/** Overrides of what the environment says. */
export interface SettingsOptions {
  readonly trackingUri?: string;
  /** An API key or JWT. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly timeoutMilliseconds?: number;
  readonly maxRetries?: number;
  readonly backoffFactor?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Settings from options, then MLflow's own variables. As in MLflow, username and password win over a token.
 * @throws {MlflowError} `configuration`
 */
export function settingsFrom(options: SettingsOptions = {}): Settings {
  const env = options.env ?? process.env;
  const uri = options.trackingUri ?? env["MLFLOW_TRACKING_URI"];
  if (uri === undefined || uri === "") {
    throw new MlflowError(
      "configuration",
      "no tracking server is named: set MLFLOW_TRACKING_URI or trackingUri",
      { errorCode: "NO_TRACKING_URI" },
    );
  }
  const base = trackingUrl(uri);
  const authorization = authorizationOf(base, options, env);
  base.username = "";
  base.password = "";
  return {
    base,
    ...(authorization === undefined ? {} : { authorization }),
    tls: tlsFrom(env),
    timeoutMilliseconds:
      options.timeoutMilliseconds ?? numberFrom(env, "MLFLOW_HTTP_REQUEST_TIMEOUT", 120, 3_600) * 1_000,
    maxRetries:
      options.maxRetries ?? numberFrom(env, "MLFLOW_HTTP_REQUEST_MAX_RETRIES", DEFAULT_RETRY.maxRetries, 10),
    backoffFactor:
      options.backoffFactor ??
      numberFrom(env, "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", DEFAULT_RETRY.backoffFactor, 120),
  };
}

function trackingUrl(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const databricks = /^(?:databricks|uc)\b/u.test(uri);
    const scheme = databricks ? "Databricks" : url === undefined ? "a path" : url.protocol;
    throw new MlflowError(
      "configuration",
      `the tracking URI is ${scheme}, not http or https: start "mlflow server" or the gateway and name its address`,
      // Whoever needs no server (a folder, a bucket) may go on without one.
      { errorCode: "NO_TRACKING_URI" },
    );
  }
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/\/+$/u, "");
  return url;
}

function authorizationOf(
  base: URL,
  options: SettingsOptions,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (options.token !== undefined) return bearer(options.token);
  const username = options.username ?? (decodeURIComponent(base.username) || env["MLFLOW_TRACKING_USERNAME"]);
  const password = options.password ?? (decodeURIComponent(base.password) || env["MLFLOW_TRACKING_PASSWORD"]);
  if (username && password) return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const token = env["MLFLOW_TRACKING_TOKEN"];
  return token ? bearer(token) : undefined;
}

function bearer(token: string): string {
  if (!/^[\u0021-\u007e]+$/u.test(token)) {
    throw new MlflowError(
      "configuration",
      "the tracking token holds characters that no header may: check it",
    );
  }
  return `Bearer ${token}`;
}

function tlsFrom(env: Readonly<Record<string, string | undefined>>): TlsSettings {
  const path = env["MLFLOW_TRACKING_SERVER_CERT_PATH"];
  const insecure = ["true", "1"].includes(env["MLFLOW_TRACKING_INSECURE_TLS"]?.toLowerCase() ?? "");
  const client = env["MLFLOW_TRACKING_CLIENT_CERT_PATH"];
  if (insecure && path) {
    throw new MlflowError(
      "configuration",
      "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH are both set: keep one",
    );
  }
  return {
    ...(path ? { ca: pem(path) } : {}),
    ...(insecure ? { insecure } : {}),
    ...(client ? { clientCertificate: pem(client) } : {}),
  };
}

function pem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new MlflowError("configuration", `cannot read the certificate ${path}: check the path`, { cause });
  }
}

function numberFrom(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: number,
  max: number,
): number {
  const text = env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!(value >= 0 && value <= max)) {
    throw new MlflowError(
      "configuration",
      `${name} is ${JSON.stringify(text)}: give a number from 0 to ${max}`,
    );
  }
  return value;
}
