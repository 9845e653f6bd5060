import { getLoggedModel, loggedModelOfRun } from "../api/logged-models.ts";
import { downloadUri, latestVersion, versionByAlias } from "../api/model-versions.ts";
import { ARTIFACTS_ROUTE } from "../api/artifacts.ts";
import { getRun } from "../api/runs.ts";
import { MlflowError } from "../error.ts";
import type { Connection } from "../http/connection.ts";
import { type ModelUri, parseModelUri } from "./parse.ts";

/** Where bytes are to be read from. */
export type Location =
  | { readonly kind: "local"; readonly path: string }
  /** a path on the artifact proxy of the tracking server */
  | { readonly kind: "proxy"; readonly path: string };

/** A model URI made definite. */
export interface Resolved {
  /** Layers, each laid over those before it: a run's artifacts, then its logged model (as MLflow overlays them). */
  readonly locations: readonly Location[];
  /** The definite address of the bytes, for comparing and for people: it changes when the URI comes to name others. */
  readonly source: string;
  readonly name?: string;
  readonly version?: string;
}

/** A download URI may point to another models:/ or runs:/ URI; honest ones do so once. */
const MAX_HOPS = 4;

/**
 * Asks the server what a URI names at this moment.
 * @param connection opened only when a server is needed
 * @throws {MlflowError}
 */
export async function resolveModelUri(uri: string, connection: () => Connection): Promise<Resolved> {
  return await resolve(parseModelUri(uri), connection, 0);
}

async function resolve(uri: ModelUri, connection: () => Connection, hops: number): Promise<Resolved> {
  if (hops > MAX_HOPS)
    throw new MlflowError("malformed", "the server's addresses point at each other in a circle");
  switch (uri.kind) {
    case "local":
      return at({ kind: "local", path: uri.path });
    case "proxy":
      return at(proxy(connection(), uri.host, uri.path));
    case "http":
      return at(web(connection(), uri.url));
    case "version":
      return await registered(uri.name, uri.version, connection, hops);
    case "alias": {
      const found = await versionByAlias(connection(), uri.name, uri.alias);
      return await registered(uri.name, found.version, connection, hops);
    }
    case "latest": {
      const found = await latestVersion(connection(), uri.name, uri.stage);
      return await registered(uri.name, found.version, connection, hops);
    }
    case "logged-model":
      return await stored(
        (await getLoggedModel(connection(), uri.modelId)).artifactUri,
        "",
        connection,
        hops,
      );
    case "run":
      break;
  }
  return await ofRun(uri.runId, uri.path, connection, hops);
}

async function registered(
  name: string,
  version: string,
  connection: () => Connection,
  hops: number,
): Promise<Resolved> {
  const found = await stored(await downloadUri(connection(), name, version), "", connection, hops);
  return { ...found, name, version };
}

async function ofRun(
  runId: string,
  path: string,
  connection: () => Connection,
  hops: number,
): Promise<Resolved> {
  const server = connection();
  const run = await getRun(server, runId);
  const [name = "", ...rest] = path.split("/");
  const [own, model] = await Promise.all([
    stored(run.artifactUri, path, connection, hops),
    loggedModelOfRun(server, run, name),
  ]);
  if (model === undefined) return own;
  const logged = await stored(model.artifactUri, rest.join("/"), connection, hops);
  return {
    locations: [...own.locations, ...logged.locations],
    source: `${own.source}, ${logged.source}`,
  };
}

function at(location: Location): Resolved {
  const source = location.kind === "local" ? location.path : `mlflow-artifacts:/${location.path}`;
  return { locations: [location], source };
}

/** The place that a server's answer names. A server on another machine must not make us read this one's files. */
async function stored(
  artifactUri: string,
  below: string,
  connection: () => Connection,
  hops: number,
): Promise<Resolved> {
  const uri = parseModelUri(join(artifactUri, below));
  if (uri.kind !== "local") return await resolve(uri, connection, hops + 1);
  if (!isLoopback(connection().settings.base.hostname)) {
    throw new MlflowError(
      "configuration",
      `the server keeps this model in a folder of its own (${artifactUri}): start it with --serve-artifacts`,
    );
  }
  return at({ kind: "local", path: uri.path });
}

function join(uri: string, below: string): string {
  return below === "" ? uri : `${uri.replace(/\/+$/u, "")}/${below}`;
}

function proxy(connection: Connection, host: string | undefined, path: string): Location {
  const { base } = connection.settings;
  if (host !== undefined && host !== base.host && host !== base.hostname) {
    throw new MlflowError(
      "configuration",
      `the artifacts are on ${host}, the tracking server is ${base.host}: name the server that holds them`,
    );
  }
  return { kind: "proxy", path };
}

function web(connection: Connection, url: URL): Location {
  const prefix = `${connection.settings.base.pathname.replace(/\/+$/u, "")}${ARTIFACTS_ROUTE}/`;
  if (url.origin !== connection.settings.base.origin || !url.pathname.startsWith(prefix)) {
    throw new MlflowError(
      "configuration",
      `${url.origin}${url.pathname} is not below the tracking server's artifacts: name models:/ or runs:/ instead`,
    );
  }
  const uri = parseModelUri(`mlflow-artifacts:/${url.pathname.slice(prefix.length)}`);
  return { kind: "proxy", path: uri.kind === "proxy" ? uri.path : "" };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
}
