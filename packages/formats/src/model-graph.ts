import type { ByteSource } from "@modelkeep/bytes";
import { analyze } from "./analyze.ts";
import type { Analysis, AnalysisLimits, Fact, GraphSyntax } from "./analysis.ts";
import type { Value } from "./value.ts";

/** The one object that a model file holds. */
export interface ModelGraph {
  readonly root: Value;
  readonly syntax: GraphSyntax;
  readonly analysis: Analysis;
}

/**
 * Reads the single object of a pickle, joblib, skops or torch file, also a compressed one.
 *
 * @returns undefined when the file holds no object, or when any byte of it could not be explained: `analyze` says why
 * @throws {BytesError} `io` when the disk fails
 */
export function readModelGraph(source: ByteSource, limits?: Partial<AnalysisLimits>): ModelGraph | undefined {
  const analysis = analyze(source, limits === undefined ? {} : { limits });
  const fact = analysis.facts.find(isGraph);
  if (analysis.root === undefined || fact === undefined) return undefined;
  if (analysis.facts.some((other) => other.kind === "problem")) return undefined;
  return { root: analysis.root, syntax: fact.syntax, analysis };
}

function isGraph(fact: Fact): fact is Extract<Fact, { kind: "graph" }> {
  return fact.kind === "graph";
}
