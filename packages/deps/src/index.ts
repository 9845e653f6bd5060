export { parseLock, type LockedPackage } from "./lock.ts";
export {
  type ModelRequirements,
  readModelRequirements,
  type RequirementFiles,
} from "./model-requirements.ts";
export { canonicalName } from "./names.ts";
export { isAtLeast } from "./advisory-groups.ts";
export { fits, OsvDatabase, type Vulnerability } from "./osv.ts";
export { formatRequirement, type Requirement, RequirementError } from "./requirement.ts";
export { type AdvisorySource, recordsSource } from "./advisories.ts";
export { readAccepted } from "./accept.ts";
export { auditProject, DEFAULT_MAX_AGE_DAYS, type DepsReport, exitCodeOf } from "./audit.ts";
export type { Accepted } from "./finding.ts";
export type { Lang } from "./messages/said.ts";
export { readProject } from "./project.ts";
export { DEPS_FORMATS, type DepsFormat, isDepsFormat, renderReport } from "./report/render.ts";
export { Advisories } from "./advisories.ts";
export { changedFiles, writeChanged } from "./fix/apply.ts";
export { unifiedDiff } from "./fix/diff.ts";
export { type FixPlan, planFixes } from "./fix/plan.ts";
export { tell } from "./messages/said.ts";
export { gatherOnline } from "./online/gather.ts";
export { configuredIndex } from "./online/index-url.ts";
export { OSV_SERVICE } from "./online/osv-service.ts";
