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
