import { mkdirSync } from "node:fs";
import { type FileHandle, appendFile, open, readFile, rename, writeFile } from "node:fs/promises";
import { ModelkeepError } from "@modelkeep/findings";
import {
  openSigningKey,
  parseCheckpoint,
  type SigningKey,
  serialiseCheckpoint,
  signCheckpoint,
} from "./checkpoint.ts";
import { type AuditFiles, auditFiles } from "./files.ts";
import { type Lock, waitForLock } from "./lock.ts";
import { type AuditEvent, chainRow, GENESIS, serialiseRow } from "./record.ts";
import { readTail } from "./tail.ts";

/** A checkpoint is kept for good about every so many rows. */
const ROWS_PER_CHECKPOINT = 1_000;

/** A successor that starts while its predecessor ends waits so long. */
const LOCK_MILLISECONDS = 5_000;

export interface AuditLogOptions {
  /** The error of a row that cannot be written; default a ModelkeepError with the code `AUDIT_FAILED`. */
  readonly failure?: (message: string, cause: Error) => Error;
  /** Milliseconds to wait for another process that holds the log. */
  readonly patience?: number;
}

interface Waiting {
  readonly event: AuditEvent;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

interface Position {
  seq: number;
  hash: string;
}

/**
 * The audit log: a hash chain of rows in one append-only file. Rows that arrive while a batch is on its way to the
 * disk go together in the next one (group commit), so the disk's flush is shared by all requests of that moment.
 */
export class AuditLog {
  readonly #files: AuditFiles;
  readonly #file: FileHandle;
  readonly #key: SigningKey;
  readonly #lock: Lock;
  readonly #failure: NonNullable<AuditLogOptions["failure"]>;
  #end: Position;
  #lastCheckpoint: number;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #broken: Error | undefined;

  private constructor(held: Held, end: Position, failure: AuditLogOptions["failure"]) {
    this.#files = held.files;
    this.#file = held.file;
    this.#key = held.key;
    this.#lock = held.lock;
    this.#failure = failure ?? auditFailed;
    this.#end = end;
    this.#lastCheckpoint = end.seq;
  }

  /**
   * Opens the log in a data folder, making it when there is none. A line that a crash left incomplete was never
   * acknowledged: it is cut off, and a row says so.
   * One process at a time writes a log: two would break its chain.
   * @throws {ModelkeepError} `INTEGRITY` when the log is shorter than its last signed checkpoint says, `AUDIT_FAILED`
   * when another process holds it
   */
  static async open(dataDir: string, options: AuditLogOptions = {}): Promise<AuditLog> {
    const held = await hold(auditFiles(dataDir), options.patience ?? LOCK_MILLISECONDS);
    const { files, file, key, lock } = held;
    try {
      const { last, completeBytes, tornBytes } = await readTail(file);
      const end = last === undefined ? { seq: 0, hash: GENESIS } : { seq: last.seq, hash: last.hash };
      await assertHeadReached(files, key, end);
      if (tornBytes > 0) await file.truncate(completeBytes);
      const log = new AuditLog(held, end, options.failure);
      if (tornBytes > 0) await log.append(recovered(tornBytes));
      return log;
    } catch (error) {
      await file.close();
      lock.release();
      throw error;
    }
  }

  /**
   * Adds a row. Resolves once the row is on the disk.
   * @throws what `failure` makes, when it cannot be written; from then on every row is refused until a restart
   */
  append(event: AuditEvent): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#refuse(this.#broken));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, done: resolve, failed: reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Whether rows can be written. */
  get healthy(): boolean {
    return this.#broken === undefined;
  }

  /** Writes what waits, signs the end, closes the file. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
    this.#lock.release();
  }

  async #flush(): Promise<void> {
    // Requests of this same turn of the event loop join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#commit(batch);
      } catch (error) {
        this.#fail(batch, error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#flushing = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const end = { ...this.#end };
    let text = "";
    for (const { event } of batch) {
      const row = chainRow(event, end.seq + 1, end.hash);
      end.seq = row.seq;
      end.hash = row.hash;
      text += serialiseRow(row);
    }
    await this.#file.appendFile(text);
    await this.#file.datasync();
    this.#end = end;
    for (const { done } of batch) done();
    await this.#sign();
  }

  // The head lags behind the log at most, never runs ahead: it is written after the rows are on the disk.
  async #sign(): Promise<void> {
    const line = serialiseCheckpoint(signCheckpoint(this.#key, this.#end.seq, this.#end.hash, Date.now()));
    const next = `${this.#files.head}.next`;
    await writeFile(next, line, { mode: 0o600 });
    await rename(next, this.#files.head);
    if (this.#end.seq - this.#lastCheckpoint < ROWS_PER_CHECKPOINT) return;
    this.#lastCheckpoint = this.#end.seq;
    await appendFile(this.#files.checkpoints, line, { mode: 0o600, flush: true });
  }

  #refuse(cause: Error): Error {
    return this.#failure("the audit log cannot be written, so nothing is allowed", cause);
  }

  // After a failed write nobody knows what reached the disk, so nothing may be appended behind it.
  #fail(batch: readonly Waiting[], error: Error): void {
    this.#broken = error;
    const refused = [...batch, ...this.#waiting];
    this.#waiting = [];
    for (const { failed } of refused) failed(this.#refuse(error));
  }
}

/** What an open log holds until it is closed. */
interface Held {
  readonly files: AuditFiles;
  readonly file: FileHandle;
  readonly key: SigningKey;
  readonly lock: Lock;
}

async function hold(files: AuditFiles, patience: number): Promise<Held> {
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  const lock = await waitForLock(files.lock, patience);
  if (lock === undefined) {
    throw new ModelkeepError(
      "AUDIT_FAILED",
      `another process writes the audit log in ${files.folder}: give each gateway and loader that runs for long a folder of its own`,
    );
  }
  try {
    return { files, lock, key: openSigningKey(files.folder), file: await open(files.log, "a+", 0o600) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function auditFailed(message: string, cause: Error): ModelkeepError {
  return new ModelkeepError("AUDIT_FAILED", `${message} (${cause.message})`, { cause });
}

async function assertHeadReached(files: AuditFiles, key: SigningKey, end: Position): Promise<void> {
  const head = await readFile(files.head, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (head === undefined) return;
  const checkpoint = parseCheckpoint(head.replace(/\n$/u, ""), key.publicKey);
  if (typeof checkpoint === "string") throw damaged(`its signed head is damaged: ${checkpoint}`);
  if (checkpoint.seq > end.seq) {
    throw damaged(`it ends at row ${end.seq}, but row ${checkpoint.seq} was signed`);
  }
  if (checkpoint.seq === end.seq && checkpoint.hash !== end.hash)
    throw damaged("its last row is not the one signed");
}

function damaged(what: string): ModelkeepError {
  return new ModelkeepError(
    "INTEGRITY",
    `the audit log was changed from outside (${what}): run modelkeep auditlog verify, keep the folder audit as evidence by moving it away, then start again`,
  );
}

function recovered(bytes: number): AuditEvent {
  return {
    time: Date.now(),
    principal: "-",
    key: "-",
    action: "auditlog.recover",
    resource: "auditlog",
    decision: "allow",
    reason: `the last line was incomplete after a crash; its ${bytes} bytes were never acknowledged and were removed`,
    address: "-",
    request: "-",
  };
}
