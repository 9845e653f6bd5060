import { randomBytes, randomUUID } from "node:crypto";
import { ModelkeepError } from "@modelkeep/findings";
import { isPermission, type Permission } from "../access/permission.ts";
import type { Directory } from "../state/directory.ts";
import type { GrantRow, KeyRow, ResourceKind, UserRow } from "../state/schema.ts";
import { keyDigest, MIN_CHOSEN_KEY, makeKey } from "./key.ts";
import { isRole, ROLES, type Role } from "./role.ts";

/** User names are shown in logs and pages and typed in shells. */
const USER_NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/u;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const KEY_NAME = /^[^\u0000-\u001f\u007f]{1,100}$/u;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const PATTERN = /^[^\u0000-\u001f\u007f]{1,500}$/u;

/** How long a browser stays logged in: half a day. */
export const SESSION_MILLISECONDS = 12 * 3_600_000;

/** @throws {ModelkeepError} `INVALID_ARGUMENT` for a bad name, an unknown role, a name that is taken */
export async function createUser(
  directory: Directory,
  name: string,
  role: string,
  now = Date.now(),
): Promise<UserRow> {
  if (!USER_NAME.test(name)) {
    throw invalid("a user's name has 1 to 100 letters, digits and . _ @ + -, the first a letter or digit");
  }
  if (!isRole(role))
    throw invalid(`there is no role ${JSON.stringify(role)}: use one of ${ROLES.join(", ")}`);
  if (directory.userByName(name) !== undefined) throw invalid(`there is a user ${name} already`);
  const user: UserRow = { id: randomUUID(), name, role, created_at: now };
  await directory.addUser(user);
  return user;
}

/**
 * Makes a key for a user.
 * @param expiresAt milliseconds since 1970; null for a key that does not expire
 * @returns the stored row, and the key itself, which is not stored
 * @throws {ModelkeepError} `NOT_FOUND` when there is no such user, `INVALID_ARGUMENT`
 */
export async function createKey(
  directory: Directory,
  userName: string,
  keyName: string,
  expiresAt: number | null,
  now = Date.now(),
): Promise<{ row: KeyRow; secret: string }> {
  const user = knownUser(directory, userName);
  if (expiresAt !== null && expiresAt <= now) throw invalid("the key would have expired already");
  const { id, secret } = makeKey();
  const row = await storeKey(directory, user, { id, secret, keyName, expiresAt, now });
  return { row, secret };
}

async function storeKey(
  directory: Directory,
  user: UserRow,
  key: { id: string; secret: string; keyName: string; expiresAt: number | null; now: number },
): Promise<KeyRow> {
  if (!KEY_NAME.test(key.keyName))
    throw invalid("a key's name has 1 to 100 characters, no control characters");
  const digest = keyDigest(key.secret);
  if (digest === undefined) throw invalid("the key is empty or too long");
  const row: KeyRow = {
    id: key.id,
    user_id: user.id,
    name: key.keyName,
    digest,
    created_at: key.now,
    expires_at: key.expiresAt,
    revoked_at: null,
    last_used_at: null,
  };
  await directory.addKey(row);
  return row;
}

/** @throws {ModelkeepError} `NOT_FOUND`, `INVALID_ARGUMENT` for the last key that administrators have */
export async function revokeKey(directory: Directory, id: string, now = Date.now()): Promise<KeyRow> {
  const key = directory.key(id);
  if (key === undefined) throw new ModelkeepError("NOT_FOUND", `there is no key ${JSON.stringify(id)}`);
  if (key.revoked_at !== null) return key;
  if (
    isAdministrators(directory, key) &&
    !directory.keys().some((other) => keepsTheDoor(directory, other, key))
  ) {
    throw invalid(
      "this is the last key of an administrator that does not expire: make another one first, then revoke this one",
    );
  }
  directory.revoking.add(id);
  try {
    await directory.revokeKey(id, now);
  } finally {
    directory.revoking.delete(id);
  }
  return directory.key(id) ?? key;
}

function isAdministrators(directory: Directory, key: KeyRow): boolean {
  return directory.users.get(key.user_id)?.role === "administrator";
}

// Two revocations at the same time must not each rely on the other's key.
function keepsTheDoor(directory: Directory, key: KeyRow, leaving: KeyRow): boolean {
  const lasting = key.revoked_at === null && key.expires_at === null && !directory.revoking.has(key.id);
  return key.id !== leaving.id && lasting && isAdministrators(directory, key);
}

/** @throws {ModelkeepError} `NOT_FOUND` for the user, `INVALID_ARGUMENT` for pattern or permission */
export async function setGrant(
  directory: Directory,
  userName: string,
  kind: ResourceKind,
  pattern: string,
  permission: string,
): Promise<GrantRow> {
  const user = knownUser(directory, userName);
  if (!PATTERN.test(pattern))
    throw invalid("a grant's pattern has 1 to 500 characters, no control characters");
  if (!isPermission(permission)) {
    throw invalid(
      `there is no permission ${JSON.stringify(permission)}: use READ, USE, EDIT, MANAGE or NO_PERMISSIONS`,
    );
  }
  const allowed: Permission = permission;
  const grant: GrantRow = { id: randomUUID(), user_id: user.id, kind, pattern, permission: allowed };
  await directory.setGrant(grant);
  return grant;
}

/**
 * Makes the first administrator when there is no user yet.
 * @param chosen the key from `MODELKEEP_ADMIN_KEY`; one is made when absent
 * @returns the key when it was made here and has to be shown; undefined when it was chosen, or nothing was to do
 * @throws {ModelkeepError} `CONFIGURATION` when the chosen key is too short
 */
export async function ensureAdministrator(
  directory: Directory,
  chosen: string | undefined,
  now = Date.now(),
): Promise<string | undefined> {
  if (directory.users.size > 0) return undefined;
  if (chosen !== undefined && chosen.length < MIN_CHOSEN_KEY) {
    throw new ModelkeepError(
      "CONFIGURATION",
      `MODELKEEP_ADMIN_KEY is shorter than ${MIN_CHOSEN_KEY} characters: choose a longer one, or leave it out to have one made`,
    );
  }
  const user = await createUser(directory, "admin", "administrator" satisfies Role, now);
  const made = makeKey();
  const key = {
    id: made.id,
    secret: chosen ?? made.secret,
    keyName: "first administrator",
    expiresAt: null,
    now,
  };
  await storeKey(directory, user, key);
  return chosen === undefined ? made.secret : undefined;
}

/**
 * Opens a browser session for a key that was just shown.
 * @returns the cookie's value
 */
export async function openSession(directory: Directory, keyId: string, now: number): Promise<string> {
  const cookie = randomBytes(32).toString("base64url");
  const digest = keyDigest(cookie);
  if (digest === undefined) throw invalid("the session could not be made");
  await directory.addSession({
    digest,
    key_id: keyId,
    created_at: now,
    expires_at: now + SESSION_MILLISECONDS,
  });
  return cookie;
}

function knownUser(directory: Directory, name: string): UserRow {
  const user = directory.userByName(name);
  if (user === undefined) throw new ModelkeepError("NOT_FOUND", `there is no user ${JSON.stringify(name)}`);
  return user;
}

function invalid(message: string): ModelkeepError {
  return new ModelkeepError("INVALID_ARGUMENT", message);
}
