import { ARTIFACTS_ROUTE } from "../api/artifacts.ts";
import { getLoggedModel, loggedModelOfRun } from "../api/logged-models.ts";
import { downloadUri, latestVersion, versionByAlias } from "../api/model-versions.ts";
import { getRun } from "../api/runs.ts";
import { MlflowError } from "../error.ts";
import { isLoopback } from "../http/address.ts";
import type { Connection } from "../http/connection.ts";
import type { ObjectUri } from "./objects.ts";
import { type ModelUri, parseModelUri } from "./parse.ts";
import { fault, splitPath } from "./text.ts";

/** Where bytes are to be read from. */
export type Location =
  | { readonly kind: "local"; readonly path: string }
  /** a path on an artifact proxy: the tracking server's, or that of `origin`, which gets no credential */
  | { readonly kind: "proxy"; readonly path: string; readonly origin: URL | undefined }
  | ObjectUri;

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
  return await new Resolution(connection, 0).resolve(parseModelUri(uri));
}

class Resolution {
  readonly #connection: () => Connection;
  readonly #hops: number;

  constructor(connection: () => Connection, hops: number) {
    if (hops > MAX_HOPS)
      throw new MlflowError("malformed", "the server's addresses point at each other in a circle");
    this.#connection = connection;
    this.#hops = hops;
  }

  async resolve(uri: ModelUri): Promise<Resolved> {
    switch (uri.kind) {
      case "version":
        return await this.#registered(uri.name, uri.version, uri.path);
      case "alias": {
        const found = await versionByAlias(this.#connection(), uri.name, uri.alias);
        return await this.#registered(uri.name, found.version, uri.path);
      }
      case "latest": {
        const found = await latestVersion(this.#connection(), uri.name, uri.stage);
        return await this.#registered(uri.name, found.version, uri.path);
      }
      case "logged-model":
        return await this.#stored((await getLoggedModel(this.#connection(), uri.modelId)).artifactUri, "");
      case "run":
        return await this.#ofRun(uri.runId, uri.path);
      case "proxy":
        return at(proxy(this.#connection(), uri.host, uri.path));
      case "http":
        return at(web(this.#connection, uri.url));
      case "local":
      case "s3":
      case "gcs":
      case "azure":
        break;
    }
    return at(uri);
  }

  async #registered(name: string, version: string, below: string): Promise<Resolved> {
    const found = await this.#stored(await downloadUri(this.#connection(), name, version), below);
    return { ...found, name, version };
  }

  async #ofRun(runId: string, path: string): Promise<Resolved> {
    const server = this.#connection();
    const run = await getRun(server, runId);
    const [name = "", ...rest] = path.split("/");
    const [own, model] = await Promise.all([
      this.#stored(run.artifactUri, path),
      name === "" ? undefined : loggedModelOfRun(server, run, name),
    ]);
    if (model === undefined) return own;
    const logged = await this.#stored(model.artifactUri, rest.join("/"));
    return {
      locations: [...own.locations, ...logged.locations],
      source: `${own.source}, ${logged.source}`,
    };
  }

  /** The place that a server's answer names. A server on another machine must not make us read this one's files. */
  async #stored(artifactUri: string, below: string): Promise<Resolved> {
    const uri = parseModelUri(artifactUri);
    if (uri.kind === "local" && !isLoopback(this.#connection().settings.base.hostname)) {
      throw fault(
        `the server keeps this model in a folder of its own (${artifactUri})`,
        "start it with --serve-artifacts",
      );
    }
    const found = await new Resolution(this.#connection, this.#hops + 1).resolve(uri);
    return below === "" ? found : under(found, splitPath(below, below));
  }
}

/** The same below a folder: names from a user's URI are appended as they stand, never decoded. */
function under(found: Resolved, below: string): Resolved {
  const locations = found.locations.map((location) => ({ ...location, path: join(location.path, below) }));
  return { ...found, locations, source: locations.map(addressOf).join(", ") };
}

function join(folder: string, below: string): string {
  return folder === "" ? below : `${folder.replace(/\/+$/u, "")}/${below}`;
}

function at(location: Location): Resolved {
  return { locations: [location], source: addressOf(location) };
}

/** A definite address as text. */
export function addressOf(location: Location): string {
  switch (location.kind) {
    case "local":
      return location.path;
    case "proxy":
      return location.origin === undefined
        ? `mlflow-artifacts:/${location.path}`
        : `mlflow-artifacts://${location.origin.host}/${location.path}`;
    case "s3":
      return `s3://${location.bucket}/${location.path}${location.endpoint === undefined ? "" : ` at ${location.endpoint}`}`;
    case "gcs":
      return `gs://${location.bucket}/${location.path}`;
    case "azure":
      break;
  }
  return `${location.accountUrl}/${location.container}/${location.path}`;
}

function proxy(connection: Connection, host: string | undefined, path: string): Location {
  const { base } = connection.settings;
  if (host === undefined || host === base.host || host === base.hostname)
    return { kind: "proxy", path, origin: undefined };
  return { kind: "proxy", path, origin: new URL(`${base.protocol}//${host}`) };
}

/** An address below an artifact proxy: the tracking server's own, or another's, which then is asked without credential. */
function web(connection: () => Connection, url: URL): Location {
  const start = url.pathname.indexOf(`${ARTIFACTS_ROUTE}/`);
  if (start < 0) {
    throw fault(
      `${url.origin}${url.pathname} is no address of a MLflow artifact proxy (…${ARTIFACTS_ROUTE}/…)`,
      "name models:/ or runs:/ instead, or download the folder and name it",
    );
  }
  const below = parseModelUri(`mlflow-artifacts:/${url.pathname.slice(start + ARTIFACTS_ROUTE.length + 1)}`);
  const path = below.kind === "proxy" ? below.path : "";
  const origin = new URL(url.pathname.slice(0, start), url.origin);
  return { kind: "proxy", path, origin: isOwn(connection, origin) ? undefined : origin };
}

function isOwn(connection: () => Connection, origin: URL): boolean {
  const { base } = connection().settings;
  return (
    origin.origin === base.origin &&
    origin.pathname.replace(/\/+$/u, "") === base.pathname.replace(/\/+$/u, "")
  );
}
