import type { Permission } from "../access/permission.ts";
import type { Access, Locator, Need, Route } from "./route.ts";

type Extras = Partial<Omit<Route, "action" | "access">>;

/** A route on resources that `locate` finds. */
export function on(action: string, permission: Permission, locate: Locator, extras: Extras = {}): Route {
  return onAll(action, [{ permission, locate }], extras);
}

/** A route with several needs, each of which must be met. */
export function onAll(action: string, needs: readonly Need[], extras: Extras = {}): Route {
  return route(action, { kind: "on", needs }, extras);
}

export function creates(action: string, extras: Extras = {}): Route {
  return route(action, { kind: "create" }, extras);
}

export function authenticated(action: string, extras: Extras = {}): Route {
  return route(action, { kind: "authenticated" }, extras);
}

/** Administrators only, with or without a query: an administrator may do all anyway. */
export function administrator(action: string): Route {
  return route(action, { kind: "administrator" }, { query: true });
}

export function refused(action: string, reason: string, status: 403 | 501 = 403): Route {
  return route(action, { kind: "refused", reason, status }, {});
}

export function route(action: string, access: Access, extras: Extras): Route {
  return { action, access, transport: "json", ...extras };
}
