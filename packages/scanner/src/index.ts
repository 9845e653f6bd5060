export { type Judgement, judge } from "./judge.ts";
export { scanModelFolder, type ScanModelOptions } from "./model/model-folder.ts";
export { DEFAULT_POLICY, isAdmitted, type Policy } from "./policy.ts";
export { loadPolicy, parsePolicy } from "./policy-file.ts";
export { RULES } from "./rules/index.ts";
export { scan, scanEvents, type ScanEvent, type ScanInput, type ScanOptions } from "./scan.ts";
export { scanBytes, type ScanFileOptions, scanPath } from "./scan/scan-file.ts";
export { ScanService, type ScanServiceOptions } from "./service.ts";
