import { type Kysely, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import type { Database } from "./schema.ts";

// One entry a change, never edited once released. Types are those that SQLite and PostgreSQL share.
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-identity": {
    async up(db) {
      await db.schema
        .createTable("users")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("name", "text", (c) => c.notNull().unique())
        .addColumn("role", "text", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .execute();
      await db.schema
        .createTable("keys")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("user_id", "text", (c) => c.notNull().references("users.id").onDelete("cascade"))
        .addColumn("name", "text", (c) => c.notNull())
        .addColumn("digest", "text", (c) => c.notNull().unique())
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("expires_at", "bigint")
        .addColumn("revoked_at", "bigint")
        .addColumn("last_used_at", "bigint")
        .execute();
      await db.schema
        .createTable("sessions")
        .addColumn("digest", "text", (c) => c.primaryKey())
        .addColumn("key_id", "text", (c) => c.notNull().references("keys.id").onDelete("cascade"))
        .addColumn("created_at", "bigint", (c) => c.notNull())
        .addColumn("expires_at", "bigint", (c) => c.notNull())
        .execute();
    },
  },
  "0002-access": {
    async up(db) {
      await db.schema
        .createTable("grants")
        .addColumn("id", "text", (c) => c.primaryKey())
        .addColumn("user_id", "text", (c) => c.notNull().references("users.id").onDelete("cascade"))
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("pattern", "text", (c) => c.notNull())
        .addColumn("permission", "text", (c) => c.notNull())
        .addUniqueConstraint("grants_once", ["user_id", "kind", "pattern"])
        .execute();
      await db.schema
        .createTable("owners")
        .addColumn("kind", "text", (c) => c.notNull())
        .addColumn("resource_id", "text", (c) => c.notNull())
        .addColumn("user_id", "text", (c) => c.notNull().references("users.id").onDelete("cascade"))
        .addPrimaryKeyConstraint("owners_once", ["kind", "resource_id"])
        .execute();
    },
  },
  "0003-admission": {
    async up(db) {
      await db.schema
        .createTable("verdicts")
        .addColumn("sha256", "text", (c) => c.notNull())
        .addColumn("policy", "text", (c) => c.notNull())
        .addColumn("report", "text", (c) => c.notNull())
        .addColumn("created_at", "bigint", (c) => c.notNull().defaultTo(sql`0`))
        .addPrimaryKeyConstraint("verdicts_once", ["sha256", "policy"])
        .execute();
    },
  },
};

const provider: MigrationProvider = {
  getMigrations: () => Promise.resolve({ ...MIGRATIONS }),
};

/** Brings the database to the newest schema. @throws when a migration fails; nothing of it stays. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw new Error("the database could not be migrated", { cause: error });
}
