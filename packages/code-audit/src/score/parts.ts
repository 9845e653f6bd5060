/** What the score is made of, and how many of its 100 points each part can give. */
export const WEIGHTS = {
  loading: 30,
  secrets: 15,
  transport: 15,
  verification: 15,
  pipeline: 15,
  dependencies: 10,
} as const;

export type Part = keyof typeof WEIGHTS;

export const PARTS = ["loading", "secrets", "transport", "verification", "pipeline", "dependencies"] as const;

/** By the first two digits of a rule's number (see `AuditRule.id`). */
const BY_GROUP: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["20", "loading"],
  ["21", "transport"],
  ["22", "secrets"],
  ["23", "pipeline"],
  ["24", "verification"],
  ["25", "pipeline"],
  ["26", "pipeline"],
  ["27", "pipeline"],
  ["28", "pipeline"],
  ["29", "verification"],
]);

/** The part in which a rule of the audit counts. */
export function partOf(ruleId: string): Part {
  return BY_GROUP.get(ruleId.slice(2, 4)) ?? "pipeline";
}
