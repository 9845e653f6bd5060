import { type ErrorCode, ModelkeepError } from "@modelkeep/findings";
import type { Policy } from "../policy.ts";
import type { MemberReport } from "../scan/scan-file.ts";

/** What the service asks of a worker: scan one file. */
export interface Request {
  readonly path: string;
  readonly name: string;
  readonly policy: Policy;
  readonly localModules: ReadonlySet<string>;
  readonly followSymlinks: boolean;
  readonly siblings: boolean;
}

/** What a worker answers: a report, or why the file could not be read. */
export type Answer =
  | { readonly report: MemberReport }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** An error in the form that crosses between threads. */
export function toAnswer(error: unknown): Answer {
  if (error instanceof ModelkeepError) return { error: { code: error.code, message: error.message } };
  const message = error instanceof Error ? error.message : String(error);
  return { error: { code: "UNAVAILABLE", message } };
}

export function fromAnswer(answer: Answer): MemberReport {
  if ("report" in answer) return answer.report;
  throw new ModelkeepError(answer.error.code, answer.error.message);
}
