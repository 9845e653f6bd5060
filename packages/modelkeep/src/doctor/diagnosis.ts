/** What one check found. `advice` says what to do, and is there exactly when something should be done. */
export interface Diagnosis {
  /** What was looked at: `Node`, `bubblewrap`, … */
  readonly subject: string;
  /** `warning`: something works less well without it; `failed`: Modelkeep does not work like this. */
  readonly state: "ok" | "warning" | "failed";
  readonly found: string;
  readonly advice?: string;
}

export function ok(subject: string, found: string): Diagnosis {
  return { subject, state: "ok", found };
}

export function warning(subject: string, found: string, advice: string): Diagnosis {
  return { subject, state: "warning", found, advice };
}

export function failed(subject: string, found: string, advice: string): Diagnosis {
  return { subject, state: "failed", found, advice };
}
