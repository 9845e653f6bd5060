import type { Permission } from "../access/permission.ts";
import type { Resource } from "../access/resource.ts";
import type { Resolver } from "../access/resolver.ts";
import type { ModelAdmission } from "../admission/model.ts";
import type { Json, JsonObject } from "../http/json.ts";
import type { Target } from "../http/target.ts";
import type { Principal } from "../identity/principal.ts";
import type { Directory } from "../state/directory.ts";

/** A request as the decision sees it, after normalisation. */
export interface ApiRequest {
  readonly method: string;
  readonly target: Target;
  /** Path parameters of the route's template. */
  readonly params: ReadonlyMap<string, string>;
  /** The JSON body; an empty object where there is none. */
  readonly body: JsonObject;
}

/** Finds every resource that a request would act on. @throws {Refusal} when it names none, or in two ways */
export type Locator = (request: ApiRequest, resolver: Resolver) => Promise<readonly Resource[]>;

export interface Need {
  readonly permission: Permission;
  readonly locate: Locator;
}

export type Access =
  /** no credential needed */
  | { readonly kind: "public" }
  /** any user; the answer holds nothing that belongs to somebody, or is filtered */
  | { readonly kind: "authenticated" }
  | { readonly kind: "administrator" }
  /** nobody, for the reason given */
  | { readonly kind: "refused"; readonly status: 403 | 501; readonly reason: string }
  /** whoever may create */
  | { readonly kind: "create" }
  /** whoever holds each permission on each resource found */
  | { readonly kind: "on"; readonly needs: readonly Need[] };

/** How bytes pass: `json` reads the body first, `upload` and `download` go through admission, `page` is passed on. */
export type Transport = "json" | "upload" | "download" | "page";

/** Drops from a list in the answer what the principal may not read. */
export interface ListFilter {
  /** The answer's field that holds the list. */
  readonly items: string;
  /** What an item belongs to; undefined items are dropped. */
  readonly resource: (item: Json, resolver: Resolver) => Promise<Resource | undefined>;
}

/** Takes out of an answer what `canRead` denies. */
export type Rewrite = (answer: Json, canRead: (resource: Resource) => boolean) => Json;

export interface RouteServices {
  readonly directory: Directory;
  readonly resolver: Resolver;
  readonly admission: ModelAdmission;
}

/** Checked after access and before MLflow sees the request. @throws {Refusal} */
export type Check = (request: ApiRequest, principal: Principal, services: RouteServices) => Promise<void>;

/** Done after MLflow agreed, before the client hears of it. `answer` is MLflow's document. */
export type Effect = (
  request: ApiRequest,
  principal: Principal,
  services: RouteServices,
  answer: Json,
) => Promise<void>;

export interface Route {
  /** `runs.get`: what the audit log calls it. */
  readonly action: string;
  readonly access: Access;
  readonly transport: Transport;
  readonly filter?: ListFilter;
  readonly rewrite?: Rewrite;
  readonly check?: Check;
  readonly effect?: Effect;
  /** Whether a request that is not a GET may have a query (MLflow ignores it everywhere else). */
  readonly query?: true;
}

/** `METHOD /path` without the `/api/2.0` in front, to its route. */
export type RouteGroup = Readonly<Record<string, Route>>;
