import { BytesError, type BytesErrorCode } from "@modelkeep/bytes";
import type { Analysis, Fact, ProblemCode } from "./analysis.ts";
import { FormatError, type ReadContext } from "./context.ts";

/** The same reasons in the words of facts. `io` is missing: a failing disk says nothing about the bytes. */
const PROBLEM_OF: Record<Exclude<BytesErrorCode, "io">, ProblemCode> = {
  truncated: "truncated",
  limit: "budget",
  malformed: "malformed",
  unsupported: "unsupported",
  ambiguous: "ambiguous",
  encrypted: "encrypted",
  leftover: "leftover",
};

export type ProblemFact = Extract<Fact, { kind: "problem" }>;

export function problem(ctx: ReadContext, code: ProblemCode, message: string, offset: number): ProblemFact {
  return { kind: "problem", code, message, at: { part: ctx.part, offset } };
}

/**
 * What a reader threw, as a fact.
 * @throws the error itself when it says nothing about the bytes: a failing disk, or a defect of this program
 */
export function problemOf(error: unknown, ctx: ReadContext): ProblemFact {
  if (error instanceof FormatError) return problem(ctx, error.code, error.message, error.offset);
  if (error instanceof BytesError && error.code !== "io") {
    return problem(ctx, PROBLEM_OF[error.code], error.message, error.offset ?? 0);
  }
  throw error;
}

/** An archive's issue, as a fact. */
export function issueProblem(
  ctx: ReadContext,
  issue: { readonly code: BytesErrorCode; readonly message: string; readonly offset: number },
): ProblemFact {
  const code = issue.code === "io" ? "malformed" : PROBLEM_OF[issue.code];
  return problem(ctx, code, issue.message, issue.offset);
}

/** An analysis that explains nothing but why. */
export function unexplained(format: string, facts: readonly Fact[]): Analysis {
  return { format, parts: [], explained: 0, facts };
}

/** An analysis that explains every byte as one part. */
export function whole(format: string, what: string, size: number, facts: readonly Fact[] = []): Analysis {
  return { format, parts: [{ what, offset: 0, length: size }], explained: size, facts };
}
