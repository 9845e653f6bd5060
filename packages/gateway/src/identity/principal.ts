import type { Role } from "./role.ts";

/** Who makes a request, once a credential was checked. */
export interface Principal {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  /** The key that was shown (for a browser: the key that opened the session). */
  readonly keyId: string;
  /** Cookies are sent by browsers without the user's doing, so their requests need an origin check. */
  readonly via: "key" | "session";
}
