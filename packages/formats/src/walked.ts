import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis } from "./analysis.ts";
import type { ReadContext } from "./context.ts";
import { problem } from "./problem.ts";

/** The analysis of inert data whose structure was walked up to `end`; what follows is left over. */
export function walkedTo(format: string, source: ByteSource, ctx: ReadContext, end: number): Analysis {
  const facts =
    end < source.size
      ? [problem(ctx, "leftover", `${source.size - end} bytes follow the end of the ${format} data`, end)]
      : [];
  return { format, parts: [{ what: format, offset: 0, length: end }], explained: end, facts };
}
