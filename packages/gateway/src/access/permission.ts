/** MLflow's words, weakest first. `NO_PERMISSIONS` in a grant denies, whatever other grants say. */
export const PERMISSIONS = ["NO_PERMISSIONS", "READ", "USE", "EDIT", "MANAGE"] as const;

export type Permission = (typeof PERMISSIONS)[number];

export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}

/** Whether `held` is enough where `needed` is asked for. */
export function includes(held: Permission, needed: Permission): boolean {
  return PERMISSIONS.indexOf(held) >= PERMISSIONS.indexOf(needed);
}

export function stronger(a: Permission, b: Permission): Permission {
  return includes(a, b) ? a : b;
}
