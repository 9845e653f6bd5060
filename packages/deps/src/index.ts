export { parseLock, type LockedPackage } from "./lock.ts";
export {
  type ModelRequirements,
  readModelRequirements,
  type RequirementFiles,
} from "./model-requirements.ts";
export { canonicalName } from "./names.ts";
export { fits, isAtLeast, OsvDatabase, type Vulnerability } from "./osv.ts";
export { formatRequirement, type Requirement, RequirementError } from "./requirement.ts";
