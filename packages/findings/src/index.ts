export { type ErrorCode, ModelkeepError } from "./error.ts";
export { printable } from "./escape.ts";
export { type Finding, type Location, SEVERITIES, type Severity } from "./finding.ts";
export type { FileReport, ModelReport } from "./report.ts";
export type { Rule } from "./rule.ts";
export { isVerdict, VERDICTS, type Verdict, worse } from "./verdict.ts";
