import { MlflowError } from "../error.ts";
import { pause, type RetryPlan, waitSeconds } from "../http/retry.ts";
import type { Opened, RemoteFile, Resume } from "../stores/store.ts";
import type { Allowance } from "./limits.ts";
import type { Part } from "./part.ts";

/** Progress that makes a new row of failures a new one. Less would let a server drip for ever. */
const FRESH_START_BYTES = 2 ** 20;

/**
 * Downloads a file into a part. A broken body is continued by range while the store confirms, by a strong mark, that
 * the bytes are the same; else it begins again. Not retried: what the store refuses, limits, lies about sizes.
 * @param mark of the bytes that the part holds already
 * @param onMark called before bytes of a marked version are written
 * @returns the mark of the bytes that were received
 * @throws {MlflowError} `integrity` when announced and sent sizes differ; `limit`; what the store says
 */
export async function receive(
  file: RemoteFile,
  part: Part,
  mark: string | undefined,
  plan: {
    readonly retry: RetryPlan;
    readonly allowance: Allowance;
    onMark?(etag: string | undefined): Promise<void>;
  },
): Promise<string | undefined> {
  const { retry, allowance } = plan;
  let etag = mark;
  let failures = 0;
  let progress = part.size;
  for (;;) {
    const resume: Resume | undefined =
      etag !== undefined && part.size > 0 ? { from: part.size, etag } : undefined;
    try {
      const opened = await open(file, resume);
      if (opened.from === 0 && part.size > 0) {
        allowance.giveBack(part.size);
        await part.restart();
        progress = 0;
      }
      etag = opened.etag;
      await plan.onMark?.(etag);
      await fill(file, part, opened, allowance);
      return etag;
    } catch (error) {
      if (part.size - progress >= FRESH_START_BYTES) failures = 0;
      progress = part.size;
      if (!isBroken(error) || ++failures > retry.maxRetries) throw error;
      await pause(waitSeconds(failures, retry.backoffFactor, null, Math.random()));
    }
  }
}

async function open(file: RemoteFile, resume: Resume | undefined): Promise<Opened> {
  const opened = await file.open(resume);
  if (opened === undefined) throw new MlflowError("malformed", `${file.path} was not sent`);
  return opened;
}

async function fill(file: RemoteFile, part: Part, opened: Opened, allowance: Allowance): Promise<void> {
  const sizes = [opened.size, file.size].filter((size) => size !== undefined);
  const most = Math.min(...sizes, Number.POSITIVE_INFINITY);
  for await (const piece of opened.body) {
    // More than announced is found before it is written: a lying store must not fill the disk.
    if (part.size + piece.byteLength > most) throw wrongSize(file, sizes, part.size + piece.byteLength);
    allowance.bytes(piece.byteLength, file.path, part.size + piece.byteLength);
    await part.append(piece);
  }
  if (sizes.some((size) => size !== part.size)) throw wrongSize(file, sizes, part.size);
}

function wrongSize(file: RemoteFile, sizes: readonly number[], received: number): MlflowError {
  return new MlflowError(
    "integrity",
    `${file.path} was announced with ${[...new Set(sizes)].join(" and ")} bytes, and ${received} came: is the store honest?`,
  );
}

/** What may go well the next time. */
function isBroken(error: unknown): boolean {
  return error instanceof MlflowError && error.code === "unavailable";
}
