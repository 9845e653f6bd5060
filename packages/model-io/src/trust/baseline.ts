import { appendFileSync, chmodSync, lstatSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";

/** What a model was when it was first used, or when somebody accepted it. */
export interface Baseline {
  /** Server and definite address: what must not change. */
  readonly key: string;
  /** Of all files but signatures. */
  readonly digest: string;
  /** Path → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** When, in ISO 8601. */
  readonly at: string;
}

type Event = "recorded" | "accepted" | "forgotten";

interface Row extends Partial<Baseline> {
  readonly v: 1;
  readonly event: Event;
  readonly key: string;
  readonly at: string;
}

/**
 * Baselines in a private file to which lines are only ever added, each in one write. Of two programs that use a model
 * for the first time at once, the one whose line comes first decides for both.
 */
export class Baselines {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** All that are in force. @throws {ModelkeepError} `CONFIGURATION` */
  list(): readonly Baseline[] {
    return [...this.#read().values()];
  }

  find(key: string): Baseline | undefined {
    return this.#read().get(key);
  }

  /** Records a first use. @returns the baseline in force: another one, if somebody was faster */
  record(baseline: Baseline): Baseline {
    this.#append({ v: 1, event: "recorded", ...baseline });
    return this.find(baseline.key) ?? baseline;
  }

  /** Replaces what was recorded, on a person's word or a trusted signature's. */
  accept(baseline: Baseline): void {
    this.#append({ v: 1, event: "accepted", ...baseline });
  }

  /** @returns false when there was none */
  forget(key: string, at: string): boolean {
    if (this.find(key) === undefined) return false;
    this.#append({ v: 1, event: "forgotten", key, at });
    return true;
  }

  #read(): Map<string, Baseline> {
    const baselines = new Map<string, Baseline>();
    const lines = this.#text().split("\n");
    for (const [index, line] of lines.entries()) {
      if (line === "") continue;
      const row = this.#parse(line, index + 1);
      const { key, digest, files, at } = row;
      if (row.event === "forgotten") baselines.delete(key);
      else if (digest === undefined || files === undefined) throw this.#damaged(index + 1);
      else if (row.event === "accepted" || !baselines.has(key))
        baselines.set(key, { key, digest, files, at });
    }
    return baselines;
  }

  #parse(line: string, number: number): Row {
    try {
      const row: unknown = JSON.parse(line);
      if (isRow(row)) return row;
    } catch (cause) {
      throw this.#damaged(number, cause);
    }
    throw this.#damaged(number);
  }

  #text(): string {
    try {
      this.#requirePrivate();
      return readFileSync(this.#file, "utf8");
    } catch (error) {
      if (error instanceof ModelkeepError) throw error;
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
      throw this.#unusable("cannot be read", error);
    }
  }

  /** Who could write there could make a changed model look like the first one. */
  #requirePrivate(): void {
    const stat = lstatSync(this.#file);
    const isOurs = stat.isFile() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
    if (!isOurs) throw this.#unusable("is not a private file of this user (chmod 600 and own it)");
  }

  #append(row: Row): void {
    // Before anything is added: a store that cannot be read is not one to write to.
    this.#read();
    try {
      const folder = dirname(this.#file);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(this.#file, `${JSON.stringify(row)}\n`, { mode: 0o600, flush: true });
      chmodSync(this.#file, 0o600);
    } catch (cause) {
      throw this.#unusable("cannot be written", cause);
    }
  }

  #damaged(line: number, cause?: unknown): ModelkeepError {
    return this.#unusable(`is damaged at line ${line} (remove that line if you know why)`, cause);
  }

  #unusable(what: string, cause?: unknown): ModelkeepError {
    return new ModelkeepError(
      "CONFIGURATION",
      `the store of baselines ${this.#file} ${what}: mend it, set MODELKEEP_STATE, or write trust: {baseline: off}`,
      { cause },
    );
  }
}

function isRow(row: unknown): row is Row {
  return (
    typeof row === "object" &&
    row !== null &&
    "v" in row &&
    row.v === 1 &&
    "event" in row &&
    (row.event === "recorded" || row.event === "accepted" || row.event === "forgotten") &&
    "key" in row &&
    typeof row.key === "string" &&
    "at" in row &&
    typeof row.at === "string"
  );
}

const MOST = 5;

/** Which files differ, in words. */
export function changesText(recorded: Baseline, now: Baseline): string {
  const before = new Map(Object.entries(recorded.files));
  const after = new Map(Object.entries(now.files));
  const changes = [
    ...[...after].flatMap(([path, sha256]) => {
      const old = before.get(path);
      if (old === undefined) return [`${path} is new`];
      return old === sha256 ? [] : [`${path} has changed`];
    }),
    ...[...before.keys()].filter((path) => !after.has(path)).map((path) => `${path} is missing`),
  ];
  const more = changes.length > MOST ? ` and ${changes.length - MOST} more` : "";
  return changes.slice(0, MOST).join(", ") + more;
}
