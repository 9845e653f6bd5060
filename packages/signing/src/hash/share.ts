import { SigningError, type SigningErrorCode } from "../errors.ts";
import type { HashAlgorithm } from "../manifest/manifest.ts";
import { hashTask, type HashTask } from "./file.ts";

/** What threads share: each takes the next task until there is none. */
export interface Share {
  readonly tasks: readonly HashTask[];
  readonly algorithm: HashAlgorithm;
  /** Indexes of `tasks`, the largest first. */
  readonly order: readonly number[];
  /** One shared number: how many tasks are taken. */
  readonly next: Int32Array;
}

/** What one thread did, in a form that can be sent to another. */
export interface Outcome {
  /** Index of the task, and its digest. */
  readonly digests: readonly (readonly [number, string])[];
  readonly failure?: { readonly code: SigningErrorCode; readonly message: string };
}

/** Hashes until no task is left, or one fails: then nobody takes another. */
export function takeTasks(share: Share, onBytes?: (count: number) => void): Outcome {
  const digests: (readonly [number, string])[] = [];
  for (;;) {
    const index = share.order[Atomics.add(share.next, 0, 1)];
    const task = index === undefined ? undefined : share.tasks[index];
    if (index === undefined || task === undefined) return { digests };
    try {
      digests.push([index, hashTask(task, share.algorithm, { onBytes }).digest ?? ""]);
    } catch (cause) {
      Atomics.store(share.next, 0, share.order.length);
      const code = cause instanceof SigningError ? cause.code : "io";
      return { digests, failure: { code, message: cause instanceof Error ? cause.message : String(cause) } };
    }
  }
}
