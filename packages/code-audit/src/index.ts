export { type AuditOptions, audit, type Progress } from "./audit.ts";
export type { Inspected, Inspector, ProjectContext } from "./inspector.ts";
export type { AuditFinding, Edit, Fix, Step, Suggestion } from "./model/finding.ts";
export type { AuditReport, SuppressedFinding, Unaudited } from "./model/report.ts";
export type { AuditRule } from "./model/rule.ts";
export { type FileKind, LineIndex, type Place, type Source } from "./model/source.ts";
export type { Language, Localized } from "./model/text.ts";
