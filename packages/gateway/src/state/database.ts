import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import { Kysely } from "kysely";
import { migrate } from "./migrations.ts";
import { nodeSqliteDialect, openSqlite } from "./node-sqlite.ts";
import type { Database } from "./schema.ts";

export interface State {
  readonly db: Kysely<Database>;
  /** A number that changes when another process wrote to the database. */
  dataVersion(): number;
  close(): Promise<void>;
}

/**
 * Opens the gateway's state and brings its schema up to date.
 * @param url `sqlite:` (a file in the data folder), `sqlite:PATH`
 * @throws {ModelkeepError} `CONFIGURATION` for another kind of database
 */
export async function openState(dataDir: string, url = "sqlite:"): Promise<State> {
  if (!url.startsWith("sqlite:")) {
    throw new ModelkeepError(
      "CONFIGURATION",
      `this version keeps its state in sqlite: only, not in ${scheme(url)}`,
    );
  }
  const file = url.slice("sqlite:".length).replace(/^\/\/(?=\/)/u, "") || join(dataDir, "modelkeep.sqlite");
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const sqlite = openSqlite(file);
  const db = new Kysely<Database>({ dialect: nodeSqliteDialect(sqlite) });
  await migrate(db);
  // Kysely has one connection of its own to the same handle, so its writes do not change this number.
  const version = sqlite.prepare("PRAGMA data_version");
  return {
    db,
    dataVersion: () => Number(version.get()?.["data_version"]),
    close: () => db.destroy(),
  };
}

// A database address may hold a password: only its scheme is ever shown.
function scheme(url: string): string {
  return /^[a-z][a-z0-9+]{0,20}:/u.exec(url)?.[0] ?? "an unknown kind of address";
}
