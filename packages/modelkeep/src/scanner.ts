/** The published entry `modelkeep/scanner`. */
export {
  type FileReport,
  type Finding,
  ModelkeepError,
  type ModelReport,
  type Verdict,
} from "@modelkeep/findings";
export {
  DEFAULT_POLICY,
  loadPolicy,
  type Policy,
  scan,
  type ScanInput,
  scanModelFolder,
  type ScanOptions,
  ScanService,
  type ScanServiceOptions,
} from "@modelkeep/scanner";
