import type { Finding, Rule, Verdict } from "@modelkeep/findings";
import type { Analysis, Fact, ProblemCode } from "@modelkeep/formats";
import { Collector } from "./collector.ts";
import type { JudgeContext } from "./graph/decide.ts";
import { judgeGraph } from "./graph/judge-graph.ts";
import { judgeMlmodel } from "./mlmodel/judge-mlmodel.ts";
import type { ExternalData } from "./onnx/external.ts";
import { judgeOnnx } from "./onnx/judge-onnx.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { rule as embeddedProgram } from "./rules/mk1103.ts";
import { rule as truncated } from "./rules/mk1301.ts";
import { rule as malformed } from "./rules/mk1302.ts";
import { rule as ambiguous } from "./rules/mk1303.ts";
import { rule as encrypted } from "./rules/mk1304.ts";
import { rule as unsupported } from "./rules/mk1305.ts";
import { rule as budget } from "./rules/mk1306.ts";
import { rule as leftover } from "./rules/mk1307.ts";
import { rule as unknownFormat } from "./rules/mk1308.ts";
import { rule as externalReference } from "./rules/mk1309.ts";

/** What the rules make of one file. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

const NO_MODULES: ReadonlySet<string> = new Set();

export interface JudgeOptions {
  readonly size?: number;
  readonly localModules?: ReadonlySet<string>;
  readonly external?: ExternalData;
}

/**
 * Judges what a reader learnt. Default deny: the verdict starts at `inert` and every fact that is not known to be
 * harmless worsens it.
 * @param size bytes of the file; when given, bytes that the analysis does not account for are findings
 * @param localModules top-level modules that the model's own code folder provides
 * @param external what the files beside an ONNX model say; without, tensors that lie there are findings
 */
export function judge(
  analysis: Analysis,
  policy: Policy = DEFAULT_POLICY,
  { size, localModules = NO_MODULES, external }: JudgeOptions = {},
): Judgement {
  const into = new Collector();
  const context: JudgeContext = { policy, localModules };
  for (const fact of analysis.facts) {
    if (fact.kind === "onnx") judgeOnnx(fact, into, external);
    else judgeFact(fact, context, into);
  }
  judgeCoverage(analysis, size, into);
  return { verdict: into.verdict, findings: into.findings };
}

function judgeFact(fact: Exclude<Fact, { kind: "onnx" }>, context: JudgeContext, into: Collector): void {
  switch (fact.kind) {
    case "graph":
      judgeGraph(fact, context, into);
      return;
    case "problem":
      into.add(PROBLEM_RULES[fact.code], fact.message, fact.at);
      return;
    case "code":
      into.add(embeddedProgram, `${fact.what}: ${fact.message}`, fact.at);
      return;
    case "mlmodel":
      judgeMlmodel(fact, into);
      return;
    case "reference":
      into.add(externalReference, fact.message, fact.at, { evidence: fact.target });
      return;
    default:
      // A reader that is newer than this judge: what is not understood is not admitted.
      fact satisfies never;
      into.raise("unanalyzable");
  }
}

const PROBLEM_RULES: Readonly<Record<ProblemCode, Rule>> = {
  truncated,
  malformed,
  ambiguous,
  encrypted,
  unsupported,
  budget,
  leftover,
  "unknown-format": unknownFormat,
};

/** Readers report what they leave over; this catches a reader that forgets to. */
function judgeCoverage(analysis: Analysis, size: number | undefined, into: Collector): void {
  if (size !== undefined && analysis.explained !== size && into.verdict !== "unanalyzable") {
    const message = `${analysis.explained} of ${size} bytes are explained`;
    into.add(leftover, message, { part: "", offset: Math.min(analysis.explained, size) });
  }
  if (analysis.format === "unknown" && !analysis.facts.some((fact) => fact.kind === "problem")) {
    into.add(unknownFormat, "the format is not known", { part: "", offset: 0 });
  }
}
