import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../command.ts";
import type { Config } from "../config.ts";

/** What `modelkeep serve` was asked. */
export interface ServeCommandOptions {
  /** Name → URI, in order. */
  readonly models: ReadonlyMap<string, string>;
  readonly host: string;
  /** Whether somebody chose the host. */
  readonly hostGiven: boolean;
  readonly port: number;
  readonly workers: number;
  readonly timeout: number;
  readonly engine: string | undefined;
  readonly policy: string | undefined;
  readonly fallback: string | undefined;
  readonly auditLog: string | undefined;
  /** Which environment caged models run in. */
  readonly envManager: string | undefined;
  /** What shuts caged models in. */
  readonly sandboxDriver: string | undefined;
  readonly auth: boolean;
  readonly gateway: string | undefined;
  readonly pollSeconds: number;
  readonly maxRequestBytes: number;
  readonly maxConcurrent: number;
  readonly drainDelay: number;
  readonly drainTimeout: number;
  readonly batching: boolean;
  /** Options of mlflow that have no effect here. */
  readonly ignored: readonly string[];
}

const OPTIONS = {
  "model-uri": { type: "string", short: "m", multiple: true },
  host: { type: "string", short: "h" },
  port: { type: "string", short: "p" },
  workers: { type: "string", short: "w" },
  timeout: { type: "string", short: "t" },
  engine: { type: "string" },
  policy: { type: "string" },
  fallback: { type: "string" },
  "audit-log": { type: "string" },
  auth: { type: "string" },
  gateway: { type: "string" },
  "poll-seconds": { type: "string" },
  "max-request-bytes": { type: "string" },
  "max-concurrent": { type: "string" },
  "drain-delay": { type: "string" },
  "drain-timeout": { type: "string" },
  "no-batching": { type: "boolean" },
  "env-manager": { type: "string" },
  "sandbox-driver": { type: "string" },
  "no-conda": { type: "boolean" },
  "install-mlflow": { type: "boolean" },
  "enable-mlserver": { type: "boolean" },
  help: { type: "boolean" },
} as const;

const OF_MLFLOW = ["no-conda", "install-mlflow", "enable-mlserver"] as const;

/**
 * Reads the command line, then the environment, then the configuration.
 * @returns undefined when help is asked for
 * @throws {UsageError}, and `parseArgs`'s own errors
 */
export function serveOptions(
  argv: string[],
  env: NodeJS.ProcessEnv,
  config: Config["serve"],
): ServeCommandOptions | undefined {
  const { values } = parseArgs({ args: argv, options: OPTIONS });
  if (values.help === true) return undefined;
  const given = new Map(Object.entries(values).filter((entry) => typeof entry[1] === "string")) as Map<
    string,
    string
  >;
  const text = (name: string): string | undefined => {
    const configured = config[name.replaceAll("-", "_")];
    const variable = env[`MODELKEEP_SERVE_${name.replaceAll("-", "_").toUpperCase()}`];
    return (
      given.get(name) ?? (variable || (typeof configured === "object" ? undefined : configured?.toString()))
    );
  };
  const number = (name: string, otherwise: number, low: number, high: number, whole = true): number =>
    numberOf(text(name), name, otherwise, low, high, whole);
  const auth = text("auth");
  if (auth !== undefined && auth !== "gateway")
    throw new UsageError(`there is no --auth ${JSON.stringify(auth)}`, "write --auth gateway");
  return {
    models: modelsOf(values["model-uri"] ?? [], config.models),
    host: text("host") ?? "127.0.0.1",
    hostGiven: text("host") !== undefined,
    port: number("port", 5000, 0, 65_535),
    workers: number("workers", 1, 1, 256),
    timeout: number("timeout", 60, 0.001, 86_400, false),
    engine: text("engine"),
    policy: text("policy"),
    fallback: given.get("fallback"),
    auditLog: given.get("audit-log"),
    envManager: given.get("env-manager"),
    sandboxDriver: given.get("sandbox-driver"),
    auth: auth === "gateway",
    gateway: text("gateway"),
    pollSeconds: number("poll-seconds", 5, 0, 86_400, false),
    maxRequestBytes: number("max-request-bytes", 64 * 2 ** 20, 1, 2 ** 30),
    maxConcurrent: number("max-concurrent", 256, 1, 100_000),
    drainDelay: number("drain-delay", 1, 0, 3_600, false),
    drainTimeout: number("drain-timeout", 30, 0, 86_400, false),
    batching: values["no-batching"] !== true && config["batching"] !== false,
    ignored: OF_MLFLOW.filter((name) => values[name] !== undefined),
  };
}

function numberOf(
  text: string | undefined,
  name: string,
  otherwise: number,
  low: number,
  high: number,
  whole: boolean,
): number {
  if (text === undefined) return otherwise;
  const value = (whole ? /^\d{1,10}$/u : /^\d{1,10}(?:\.\d{1,6})?$/u).test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  const kind = whole ? "whole number" : "number";
  throw new UsageError(
    `--${name} ${JSON.stringify(text)} is no ${kind} from ${low} to ${high}`,
    "see modelkeep serve --help",
  );
}

/** The command line's models, else the configuration's. @throws {UsageError} for none, and for one name twice */
function modelsOf(
  words: readonly string[],
  configured: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, string> {
  const pairs = words.length > 0 ? words.map(namedModel) : Object.entries(configured ?? {});
  if (pairs.length === 0)
    throw new UsageError("no model is named", "give one with -m, or under serve: models: in modelkeep.yaml");
  const models = new Map<string, string>();
  for (const [name, uri] of pairs) {
    if (!NAME.test(name))
      throw new UsageError(
        `${JSON.stringify(name)} is no name to serve under`,
        "use letters, digits, dots, dashes and underscores",
      );
    if (models.has(name))
      throw new UsageError(`two models are served as ${name}`, "give them names of their own: -m NAME=URI");
    models.set(name, uri);
  }
  return models;
}

const NAME = /^[\w.~-]{1,128}$/u;

/** `NAME=URI`, or a URI whose name is the registered model's, or the folder's. */
function namedModel(word: string): [name: string, uri: string] {
  const named = /^([\w.~-]{1,128})=(.+)$/su.exec(word);
  if (named?.[1] !== undefined && named[2] !== undefined && !existsSync(word)) return [named[1], named[2]];
  const registered = /^models:\/([^/]+?)(?:@[^@/]*|\/[^/]*)?$/u.exec(word)?.[1];
  const last = registered ?? basename(/^[a-z][a-z0-9+.-]*:/iu.test(word) ? word : resolve(word));
  const name = last.replaceAll(/[^\w.~-]+/gu, "-").slice(0, 128);
  return [NAME.test(name) ? name : "model", word];
}
