export { analyze } from "./analyze.ts";
export * from "./analysis.ts";
export { type ModelGraph, readModelGraph } from "./model-graph.ts";
export * from "./value.ts";
