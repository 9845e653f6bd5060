import type { Kysely } from "kysely";
import type { Database, GrantRow, KeyRow, ResourceKind, SessionRow, UserRow } from "./schema.ts";

/**
 * All users, keys, sessions, grants and owners in memory, so that no request waits for SQL. Writes go to the
 * database first; what another process wrote is seen after `reload`.
 */
export class Directory {
  readonly #db: Kysely<Database>;
  readonly users = new Map<string, UserRow>();
  readonly keysByDigest = new Map<string, KeyRow>();
  readonly sessionsByDigest = new Map<string, SessionRow>();
  /** Ids of keys whose revocation is being written. */
  readonly revoking = new Set<string>();
  /** By user id. */
  readonly grants = new Map<string, GrantRow[]>();
  readonly #owners = new Map<string, string>();
  readonly #keys = new Map<string, KeyRow>();

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Reads everything anew. Maps are changed only after all reads succeeded. */
  async reload(): Promise<void> {
    const [users, keys, sessions, grants, owners] = await Promise.all([
      this.#db.selectFrom("users").selectAll().execute(),
      this.#db.selectFrom("keys").selectAll().execute(),
      this.#db.selectFrom("sessions").selectAll().execute(),
      this.#db.selectFrom("grants").selectAll().execute(),
      this.#db.selectFrom("owners").selectAll().execute(),
    ]);
    refill(this.users, users, (user) => user.id);
    refill(this.#keys, keys, (key) => key.id);
    refill(this.keysByDigest, keys, (key) => key.digest);
    refill(this.sessionsByDigest, sessions, (session) => session.digest);
    this.grants.clear();
    for (const grant of grants) this.#addGrant(grant);
    this.#owners.clear();
    for (const owner of owners) this.#owners.set(ownerKey(owner.kind, owner.resource_id), owner.user_id);
  }

  userByName(name: string): UserRow | undefined {
    return this.users.values().find((user) => user.name === name);
  }

  key(id: string): KeyRow | undefined {
    return this.#keys.get(id);
  }

  keys(): IteratorObject<KeyRow> {
    return this.#keys.values();
  }

  ownerOf(kind: ResourceKind, id: string): string | undefined {
    return this.#owners.get(ownerKey(kind, id));
  }

  async addUser(user: UserRow): Promise<void> {
    await this.#db.insertInto("users").values(user).execute();
    this.users.set(user.id, user);
  }

  async addKey(key: KeyRow): Promise<void> {
    await this.#db.insertInto("keys").values(key).execute();
    this.#keys.set(key.id, key);
    this.keysByDigest.set(key.digest, key);
  }

  async revokeKey(id: string, at: number): Promise<void> {
    await this.#db.updateTable("keys").set({ revoked_at: at }).where("id", "=", id).execute();
    const key = this.#keys.get(id);
    if (key !== undefined) key.revoked_at = at;
  }

  async setLastUsed(id: string, at: number): Promise<void> {
    await this.#db.updateTable("keys").set({ last_used_at: at }).where("id", "=", id).execute();
    const key = this.#keys.get(id);
    if (key !== undefined) key.last_used_at = at;
  }

  async addSession(session: SessionRow): Promise<void> {
    await this.#db.deleteFrom("sessions").where("expires_at", "<", session.created_at).execute();
    await this.#db.insertInto("sessions").values(session).execute();
    this.sessionsByDigest.set(session.digest, session);
  }

  async removeSession(digest: string): Promise<void> {
    await this.#db.deleteFrom("sessions").where("digest", "=", digest).execute();
    this.sessionsByDigest.delete(digest);
  }

  /** Adds the grant, or changes the permission of the same user, kind and pattern. */
  async setGrant(grant: GrantRow): Promise<void> {
    await this.#db
      .insertInto("grants")
      .values(grant)
      .onConflict((on) =>
        on.columns(["user_id", "kind", "pattern"]).doUpdateSet({ permission: grant.permission }),
      )
      .execute();
    await this.reload();
  }

  async removeGrant(id: string): Promise<void> {
    await this.#db.deleteFrom("grants").where("id", "=", id).execute();
    await this.reload();
  }

  /** Whoever created it last owns it: MLflow lets a name be created only while nothing has it. */
  async setOwner(kind: ResourceKind, id: string, userId: string): Promise<void> {
    const row = { kind, resource_id: id, user_id: userId };
    await this.#db
      .insertInto("owners")
      .values(row)
      .onConflict((on) => on.columns(["kind", "resource_id"]).doUpdateSet({ user_id: userId }))
      .execute();
    this.#owners.set(ownerKey(kind, id), userId);
  }

  async removeOwner(kind: ResourceKind, id: string): Promise<void> {
    await this.#db.deleteFrom("owners").where("kind", "=", kind).where("resource_id", "=", id).execute();
    this.#owners.delete(ownerKey(kind, id));
  }

  #addGrant(grant: GrantRow): void {
    const list = this.grants.get(grant.user_id);
    if (list === undefined) this.grants.set(grant.user_id, [grant]);
    else list.push(grant);
  }
}

function refill<T>(map: Map<string, T>, rows: readonly T[], key: (row: T) => string): void {
  map.clear();
  for (const row of rows) map.set(key(row), row);
}

function ownerKey(kind: ResourceKind, id: string): string {
  return `${kind}\n${id}`;
}
