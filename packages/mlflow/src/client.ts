import { MlflowError } from "./error.ts";
import { Connection } from "./http/connection.ts";
import type { Fetch } from "./http/node-fetch.ts";
import { settingsFrom, type SettingsOptions } from "./http/settings.ts";

export interface ConnectOptions extends SettingsOptions {
  /** Replaces the HTTP client, in tests for example. */
  readonly fetch?: Fetch;
}

/**
 * A connection to the tracking server that options or MLflow's environment name. Nothing is sent yet.
 * @throws {MlflowError} `configuration`
 */
export function connect(options: ConnectOptions = {}): Connection {
  return new Connection(settingsFrom(options), options.fetch);
}

/**
 * A connection to another server than the tracking server: without any credential, and never to addresses where
 * clouds and machines answer their own insiders.
 * @param connection the tracking server's, whose settings are kept; there may be none
 */
export function elsewhere(connection: () => Connection, origin: URL): Connection {
  try {
    return connection().elsewhere(origin);
  } catch (error) {
    if (!(error instanceof MlflowError) || error.errorCode !== "NO_TRACKING_URI") throw error;
    return new Connection(settingsFrom({ trackingUri: origin.href })).elsewhere(origin);
  }
}
