/** The ladder, mildest first. A model's verdict is that of its worst part. */
export const VERDICTS = ["inert", "allowlisted", "executable", "unanalyzable", "malicious"] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The worse of two verdicts. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b;
}

export function isVerdict(text: string): text is Verdict {
  return (VERDICTS as readonly string[]).includes(text);
}
