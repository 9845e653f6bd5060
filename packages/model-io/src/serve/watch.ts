import { ModelkeepError } from "@modelkeep/findings";
import { parseModelUri } from "@modelkeep/mlflow";
import type { SecureModel } from "../model.ts";
import type { ResolvedModel } from "../loader.ts";
import type { Slot } from "./slot.ts";

/** What happened to a served model. */
export interface ServeEvent {
  readonly kind: "loaded" | "swapped" | "refused" | "recovered" | "unresolved" | "resolved";
  readonly model: string;
  readonly uri: string;
  readonly version?: string;
  readonly digest?: string;
  /** Why, where something did not go well. */
  readonly reason?: string;
}

/** What a watch needs of a loader. */
export interface ModelSource {
  resolve(uri: string): Promise<ResolvedModel>;
  safeLoadModel(uri: string): Promise<SecureModel>;
}

export interface WatchOptions {
  readonly source: ModelSource;
  /** Makes a loaded model ready to answer, and lets it answer. */
  readonly serve: (slot: Slot, model: SecureModel) => Promise<void>;
  readonly onEvent: (event: ServeEvent) => void;
  /** First wait after a refusal, milliseconds; doubled each time. */
  readonly retry: number;
  readonly now?: () => number;
}

/** Longest wait between two tries of a refused version. */
const MAX_RETRY = 600_000;

/** Whether what a URI names can come to be another version: an alias, a stage, `latest`. */
export function canMove(uri: string): boolean {
  const { kind } = parseModelUri(uri);
  return kind === "alias" || kind === "latest";
}

/**
 * Looks once whether a slot's URI names another version now, and if so fetches, checks and loads it beside the one that
 * answers, which goes on answering until the new one is ready. A version that is refused changes nothing; it is tried
 * again later, each time after a longer wait, and forgotten when the URI names the old version again.
 */
export async function look(slot: Slot, options: WatchOptions): Promise<void> {
  const named = await resolved(slot, options);
  if (named === undefined) return;
  const { version = named.source } = named;
  if (version === slot.current.model.version) return settled(slot, version, options);
  const now = options.now?.() ?? Date.now();
  if (slot.behind?.version === version && now < slot.behind.retryAt) return;
  try {
    await swap(slot, version, options);
  } catch (error) {
    refuse(slot, version, error, now, options);
  }
}

async function resolved(slot: Slot, { source, onEvent }: WatchOptions): Promise<ResolvedModel | undefined> {
  const { name: model, uri } = slot;
  try {
    const named = await source.resolve(uri);
    if (slot.unresolved !== undefined) onEvent({ kind: "resolved", model, uri });
    slot.unresolved = undefined;
    return named;
  } catch (error) {
    const reason = messageOf(error);
    // Told once, not at every look.
    if (slot.unresolved !== reason) onEvent({ kind: "unresolved", model, uri, reason });
    slot.unresolved = reason;
    return undefined;
  }
}

/** The URI names the version that answers; also again, after a refused one was taken back. */
function settled(slot: Slot, version: string, { onEvent }: WatchOptions): void {
  if (slot.behind === undefined) return;
  slot.behind = undefined;
  onEvent({ kind: "recovered", model: slot.name, uri: slot.uri, version });
}

async function swap(slot: Slot, version: string, { source, serve, onEvent }: WatchOptions): Promise<void> {
  // By the URI and not by the version: what is trusted may depend on the alias.
  const model = await source.safeLoadModel(slot.uri);
  // The loader's fallback is for a start; here a verified version answers already.
  if (model.fallback !== undefined || model.version === slot.current.model.version) {
    await model[Symbol.asyncDispose]();
    throw new ModelkeepError(
      "NOT_ADMITTED",
      `version ${version} was not admitted, version ${model.version} was`,
    );
  }
  try {
    await serve(slot, model);
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw error;
  }
  slot.behind = undefined;
  onEvent({
    kind: "swapped",
    model: slot.name,
    uri: slot.uri,
    ...(model.version === undefined ? {} : { version: model.version }),
    digest: model.digest,
  });
}

function refuse(slot: Slot, version: string, error: unknown, now: number, options: WatchOptions): void {
  const attempts = (slot.behind?.version === version ? slot.behind.attempts : 0) + 1;
  const wait = Math.min(options.retry * 2 ** Math.min(attempts - 1, 30), MAX_RETRY);
  const reason = messageOf(error);
  slot.behind = { version, reason, attempts, retryAt: now + wait };
  options.onEvent({ kind: "refused", model: slot.name, uri: slot.uri, version, reason });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Looks at a slot every now and then until the signal says stop. Looks do not overlap. */
export async function watch(
  slot: Slot,
  milliseconds: number,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(milliseconds, signal);
    if (!signal.aborted) await look(slot, options);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const stop = (): void => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener("abort", stop, { once: true });
  await promise;
  signal.removeEventListener("abort", stop);
}
