import type { Severity } from "@modelkeep/findings";
import type { Localized } from "./text.ts";

/** What every rule of the audit says of itself. How it looks for its findings depends on the kind of file. */
export interface AuditRule {
  /**
   * `MK` and four digits, never reused: 20 loading and deserialisation, 21 addresses and transport, 22 secrets and what is logged,
   * 23 injection, 24 verification, 25 MLmodel, MLproject, conda and requirements, 26 containers and orchestration,
   * 27 shell, environment and settings, 28 pipelines, 29 the audit itself (files it could not read, suppressions, accepted risks).
   */
  readonly id: string;
  /** Kebab case; a suppression may use it in place of the id. */
  readonly name: string;
  /** One sentence: what a finding of this rule means. */
  readonly title: Localized;
  /** Of its findings, unless one says otherwise. */
  readonly severity: Severity;
  readonly cwe: string;
  /** What the reader should do, one sentence. */
  readonly advice: Localized;
}
