import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { type AuditEvent, MAX_FILES_TEXT } from "@modelkeep/audit-log/record";
import { type ErrorCode, ModelkeepError, type Verdict } from "@modelkeep/findings";
import type { FetchedFile } from "@modelkeep/mlflow";
import type { CageInfo } from "@modelkeep/sandbox";
import { manifestText } from "../quarantine.ts";

/** One attempt to load a model, and what became of it. */
export interface AccessEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly uri: string;
  readonly decision: "allow" | "deny";
  /** Why, in words. */
  readonly reason: string;
  /** Of a refusal. */
  readonly code?: ErrorCode;
  readonly name?: string;
  readonly version?: string;
  /** The definite address that the URI stood for. */
  readonly source?: string;
  /** SHA-256 over the list of files: the model's one digest. */
  readonly digest?: string;
  readonly files?: readonly FetchedFile[];
  readonly verdict?: Verdict;
  readonly engine?: "native" | "sandbox" | "none";
  /** What shuts the model in, where the engine is the sandbox. */
  readonly cage?: CageInfo;
  readonly signer?: string;
  /** Set when an older version was loaded: why the one that the URI names was not. */
  readonly fallback?: string;
}

/** Collects what becomes known while a model is loaded. */
export class Access {
  readonly #uri: string;
  #facts: Partial<AccessEvent> = {};

  constructor(uri: string) {
    this.#uri = uri;
  }

  /** Adds facts; those of a version that was given up are replaced, none of it may stay. */
  saw(facts: Partial<AccessEvent>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** From here on another version is loaded. */
  fellBack(why: string): void {
    this.#facts = { fallback: why };
  }

  allowed(reason: string): AccessEvent {
    const { fallback } = this.#facts;
    return this.#event("allow", fallback === undefined ? reason : `${reason}; fallback, because ${fallback}`);
  }

  refused(error: unknown): AccessEvent {
    const reason = error instanceof Error ? error.message : String(error);
    return this.#event("deny", reason, error instanceof ModelkeepError ? error.code : undefined);
  }

  #event(decision: "allow" | "deny", reason: string, code?: ErrorCode): AccessEvent {
    return {
      time: Date.now(),
      uri: this.#uri,
      decision,
      reason,
      ...this.#facts,
      ...(code === undefined ? {} : { code }),
    };
  }
}

/** The event as a row of the audit log. @param principal who loads; default the operating system's user */
export function auditEvent(event: AccessEvent, principal = userName()): AuditEvent {
  const { name, version, digest, verdict, engine, signer, files } = event;
  const text = files === undefined ? "" : manifestText(files);
  const code = event.code === undefined ? "" : `${event.code}: `;
  return {
    time: event.time,
    principal,
    key: "-",
    action: "models.load",
    resource: name === undefined ? "model" : `registered-model:${name}`,
    decision: event.decision,
    reason: `${code}${event.reason}`,
    address: "-",
    request: randomUUID(),
    uri: event.uri,
    ...(digest === undefined ? {} : { sha256: digest }),
    ...(version === undefined ? {} : { version }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(engine === undefined ? {} : { engine: engineText(engine, event.cage) }),
    ...(signer === undefined ? {} : { signer }),
    ...(text === "" || text.length > MAX_FILES_TEXT ? {} : { files: text }),
  };
}

/** `native`, `sandbox`, `sandbox (docker, runsc; memory: engine)`. */
function engineText(engine: string, cage: CageInfo | undefined): string {
  if (cage === undefined) return engine;
  const { driver, runtime, memory } = cage;
  return `${engine} (${runtime === undefined ? driver : `${driver}, ${runtime}`}; memory: ${memory})`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user need not have a name.
    return String(process.getuid?.() ?? "-");
  }
}
