import type { FileReport } from "@modelkeep/findings";
import type { Kysely } from "kysely";
import { LruCache } from "../access/lru.ts";
import type { Database } from "../state/schema.ts";
import { judgedAsNamed } from "./by-name.ts";
import { policyId, type Scanner } from "./scanner.ts";

/** Verdicts kept in memory; the rest are in the database. */
const IN_MEMORY = 10_000;

/** Verdicts by the SHA-256 of what was judged. Same bytes under the same policy are judged once. */
export class Verdicts {
  readonly #db: Kysely<Database>;
  readonly #scanner: Scanner;
  readonly #policy: string;
  readonly #recent = new LruCache<FileReport>(IN_MEMORY, Number.POSITIVE_INFINITY);
  readonly #running = new Map<string, Promise<FileReport>>();

  constructor(db: Kysely<Database>, scanner: Scanner) {
    this.#db = db;
    this.#scanner = scanner;
    this.#policy = policyId(scanner);
  }

  /** What is known of bytes with this hash; undefined when they were never judged under the present policy. */
  async find(sha256: string): Promise<FileReport | undefined> {
    const recent = this.#recent.get(sha256);
    if (recent !== undefined) return recent;
    const row = await this.#db
      .selectFrom("verdicts")
      .select("report")
      .where("sha256", "=", sha256)
      .where("policy", "=", this.#policy)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const report = JSON.parse(row.report) as FileReport;
    this.#recent.set(sha256, report);
    return report;
  }

  /**
   * The report on a file whose hash was taken while it was written.
   * @param name of the file without folders, for the report and for what a name alone decides
   * @throws when the scanner read other bytes than were hashed
   */
  async judge(path: string, sha256: string, name: string): Promise<FileReport> {
    const known = await this.find(sha256);
    if (known !== undefined) return judgedAsNamed(known, name);
    let running = this.#running.get(sha256);
    if (running === undefined) {
      running = this.#scan(path, sha256, name).finally(() => this.#running.delete(sha256));
      this.#running.set(sha256, running);
    }
    return judgedAsNamed(await running, name);
  }

  async #scan(path: string, sha256: string, name: string): Promise<FileReport> {
    const report = await this.#scanner.scanFile(path, { name });
    if (report.sha256 !== sha256)
      throw new Error("the bytes that were scanned are not those that were received");
    this.#recent.set(sha256, report);
    const row = { sha256, policy: this.#policy, report: JSON.stringify(report), created_at: Date.now() };
    await this.#db
      .insertInto("verdicts")
      .values(row)
      .onConflict((on) => on.doNothing())
      .execute();
    return report;
  }
}
