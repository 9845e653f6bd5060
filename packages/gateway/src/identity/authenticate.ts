import type { IncomingMessage } from "node:http";
import { Refusal } from "../http/refusal.ts";
import type { Directory } from "../state/directory.ts";
import type { KeyRow } from "../state/schema.ts";
import { keyDigest } from "./key.ts";
import type { Principal } from "./principal.ts";

export const SESSION_COOKIE = "modelkeep_session";

/**
 * Finds who makes a request: an API key as Bearer token or as Basic password (what MLflow's client sends for
 * `MLFLOW_TRACKING_TOKEN` and for username and password), or a browser's session cookie.
 * @param now milliseconds since 1970
 * @throws {Refusal} 401
 */
export function authenticate(request: IncomingMessage, directory: Directory, now: number): Principal {
  const { authorization } = request.headers;
  if (authorization !== undefined) return byKey(credentialOf(authorization), directory, now);
  const cookie = sessionCookie(request.headers.cookie);
  if (cookie !== undefined) return bySession(cookie, directory, now);
  throw unauthenticated(request, "this server needs a credential: set MLFLOW_TRACKING_TOKEN to an API key");
}

/** The principal of an API key. @throws {Refusal} 401 */
export function byKey(secret: string, directory: Directory, now: number): Principal {
  const digest = keyDigest(secret);
  const key = digest === undefined ? undefined : directory.keysByDigest.get(digest);
  if (key === undefined) throw unauthenticated(undefined, "the API key is not known here");
  return principalOf(key, directory, now, "key");
}

function bySession(cookie: string, directory: Directory, now: number): Principal {
  const digest = keyDigest(cookie);
  const session = digest === undefined ? undefined : directory.sessionsByDigest.get(digest);
  const key = session === undefined ? undefined : directory.key(session.key_id);
  if (session === undefined || key === undefined || session.expires_at <= now) {
    throw unauthenticated(undefined, "the session is over: log in again at /modelkeep/login");
  }
  return principalOf(key, directory, now, "session");
}

function principalOf(key: KeyRow, directory: Directory, now: number, via: Principal["via"]): Principal {
  if (key.revoked_at !== null) throw unauthenticated(undefined, "the API key was revoked");
  if (key.expires_at !== null && key.expires_at <= now)
    throw unauthenticated(undefined, "the API key has expired");
  const user = directory.users.get(key.user_id);
  if (user === undefined) throw unauthenticated(undefined, "the API key's user is gone");
  return { userId: user.id, name: user.name, role: user.role, keyId: key.id, via };
}

/** The secret in an `Authorization` header: a Bearer token, or the password of Basic (any user name goes with it). */
function credentialOf(authorization: string): string {
  const bearer = /^Bearer +(\S+)$/iu.exec(authorization);
  if (bearer?.[1] !== undefined) return bearer[1];
  const basic = /^Basic +([A-Za-z0-9+/]+={0,2})$/iu.exec(authorization);
  if (basic?.[1] !== undefined) {
    const text = Buffer.from(basic[1], "base64").toString("utf8");
    const colon = text.indexOf(":");
    if (colon !== -1) return text.slice(colon + 1);
  }
  throw unauthenticated(undefined, "the Authorization header is neither Bearer nor Basic with a password");
}

/** The value of the session cookie; undefined when there is none, or two (which of them would be meant?). */
export function sessionCookie(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const values = header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
  return values.length === 1 && values[0] !== "" ? values[0] : undefined;
}

function unauthenticated(request: IncomingMessage | undefined, message: string): Refusal {
  // A Basic challenge would make a browser pop up its own dialog over MLflow's pages.
  const browser = request?.headers["sec-fetch-mode"] !== undefined;
  const challenge = browser
    ? 'Bearer realm="modelkeep"'
    : 'Bearer realm="modelkeep", Basic realm="modelkeep"';
  return new Refusal(401, "UNAUTHENTICATED", message, { headers: { "www-authenticate": challenge } });
}

/** Whether a person in a browser is asking for a page, who should see the login page and not a JSON refusal. */
export function isBrowserNavigation(request: IncomingMessage): boolean {
  if (request.method !== "GET" || request.headers.authorization !== undefined) return false;
  const { accept = "" } = request.headers;
  return accept.includes("text/html");
}
