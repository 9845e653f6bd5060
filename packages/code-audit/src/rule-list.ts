import type { AuditRule } from "./model/rule.ts";
import { PYTHON_RULES } from "./rules/index.ts";
import { SUPPRESSION_RULES } from "./suppressions/rules.ts";
import { SURROUNDING_RULES } from "./surroundings/rules.ts";

/** Every rule of the audit, by id: what reports list, and what a suppression or an accepted risk may name. */
export const AUDIT_RULES: readonly AuditRule[] = [
  ...PYTHON_RULES,
  ...Object.values<AuditRule>(SUPPRESSION_RULES),
  ...SURROUNDING_RULES,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
