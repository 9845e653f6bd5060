export * from "./analysis.ts";
export * from "./value.ts";
