import type { Permission } from "../access/permission.ts";
import type { Role } from "../identity/role.ts";

/** Tables of the gateway's own state. Times are milliseconds since 1970; the audit log is not here but in files. */
export interface Database {
  users: UserRow;
  keys: KeyRow;
  sessions: SessionRow;
  grants: GrantRow;
  owners: OwnerRow;
  verdicts: VerdictRow;
}

export interface UserRow {
  id: string;
  name: string;
  role: Role;
  created_at: number;
}

export interface KeyRow {
  id: string;
  user_id: string;
  name: string;
  /** SHA-256 of the whole key, hexadecimal. */
  digest: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

export interface SessionRow {
  /** SHA-256 of the cookie's value, hexadecimal. */
  digest: string;
  /** The key that opened it: revoking the key ends the session. */
  key_id: string;
  created_at: number;
  expires_at: number;
}

export type ResourceKind = "experiment" | "registered-model";

export interface GrantRow {
  id: string;
  user_id: string;
  kind: ResourceKind;
  /** A name, with `*` for any run of characters. */
  pattern: string;
  permission: Permission;
}

export interface OwnerRow {
  kind: ResourceKind;
  /** An experiment's id or a registered model's name. */
  resource_id: string;
  user_id: string;
}

export interface VerdictRow {
  sha256: string;
  /** Digest of scanner version and policy; a change of either makes old verdicts unused. */
  policy: string;
  /** The whole report as JSON, without the path. */
  report: string;
  created_at: number;
}
