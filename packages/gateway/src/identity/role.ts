/** What a user may be at most; grants and ownership say on which experiments and models. */
export const ROLES = ["viewer", "contributor", "releaser", "auditor", "administrator"] as const;

export type Role = (typeof ROLES)[number];

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
