import type { FastifyInstance } from "fastify";
import { createKey, createUser, revokeKey, setGrant } from "../identity/administration.ts";
import type { KeyRow } from "../state/schema.ts";
import { guard } from "./guard.ts";
import type { OwnContext } from "./context.ts";

const PREFIX = "/modelkeep/api/v1";
const text = { type: "string", minLength: 1, maxLength: 1_000 } as const;

/** Users, keys and grants. Administrators change them; auditors see them; everybody sees themselves. */
export function administrationApi(app: FastifyInstance, context: OwnContext): void {
  app.get(`${PREFIX}/me`, async (request) => {
    const principal = await guard(request, context, "me.get", "-");
    return { user: principal.name, role: principal.role, key: principal.keyId };
  });
  users(app, context);
  keys(app, context);
  grants(app, context);
}

function users(app: FastifyInstance, context: OwnContext): void {
  app.get(`${PREFIX}/users`, async (request) => {
    await guard(request, context, "users.list", "-", ["administrator", "auditor"]);
    return {
      users: [...context.directory.users.values()].map(({ name, role, created_at }) => ({
        name,
        role,
        created_at,
      })),
    };
  });
  const schema = body({ name: text, role: text }, ["name"]);
  app.post<{ Body: { name: string; role?: string } }>(
    `${PREFIX}/users`,
    { schema },
    async (request, reply) => {
      const { name, role = "contributor" } = request.body;
      await guard(request, context, "users.create", `user:${encodeURIComponent(name)}`, ["administrator"]);
      const user = await createUser(context.directory, name, role);
      return await reply.code(201).send({ name: user.name, role: user.role });
    },
  );
}

function keys(app: FastifyInstance, context: OwnContext): void {
  app.get<{ Querystring: { user?: string } }>(`${PREFIX}/keys`, async (request) => {
    await guard(request, context, "keys.list", "-", ["administrator", "auditor"]);
    const shown = [...context.directory.keys()].map((key) => describeKey(context, key));
    const { user } = request.query;
    return { keys: user === undefined ? shown : shown.filter((key) => key.user === user) };
  });
  const schema = body({ user: text, name: text, expires_at: { type: "integer", minimum: 0 } }, ["user"]);
  type NewKey = { user: string; name?: string; expires_at?: number };
  app.post<{ Body: NewKey }>(`${PREFIX}/keys`, { schema }, async (request, reply) => {
    const { user, name = "key", expires_at = null } = request.body;
    await guard(request, context, "keys.create", `user:${encodeURIComponent(user)}`, ["administrator"]);
    const { row, secret } = await createKey(context.directory, user, name, expires_at);
    return await reply.code(201).send({ ...describeKey(context, row), key: secret });
  });
  app.post<{ Params: { id: string } }>(`${PREFIX}/keys/:id/revoke`, async (request) => {
    const { id } = request.params;
    await guard(request, context, "keys.revoke", `key:${encodeURIComponent(id)}`, ["administrator"]);
    return describeKey(context, await revokeKey(context.directory, id));
  });
}

function grants(app: FastifyInstance, context: OwnContext): void {
  app.get(`${PREFIX}/grants`, async (request) => {
    await guard(request, context, "grants.list", "-", ["administrator", "auditor"]);
    const shown = [...context.directory.grants.values()]
      .flat()
      .map(({ id, user_id, kind, pattern, permission }) => {
        return { id, user: context.directory.users.get(user_id)?.name, kind, pattern, permission };
      });
    return { grants: shown };
  });
  const kind = { enum: ["experiment", "registered-model"] } as const;
  const schema = body({ user: text, kind, pattern: text, permission: text }, [
    "user",
    "kind",
    "pattern",
    "permission",
  ]);
  type NewGrant = {
    user: string;
    kind: "experiment" | "registered-model";
    pattern: string;
    permission: string;
  };
  app.put<{ Body: NewGrant }>(`${PREFIX}/grants`, { schema }, async (request) => {
    const { user, kind: on, pattern, permission } = request.body;
    await guard(request, context, "grants.set", `user:${encodeURIComponent(user)}`, ["administrator"]);
    await setGrant(context.directory, user, on, pattern, permission);
    return { user, kind: on, pattern, permission };
  });
  app.delete<{ Params: { id: string } }>(`${PREFIX}/grants/:id`, async (request, reply) => {
    const { id } = request.params;
    await guard(request, context, "grants.delete", `grant:${encodeURIComponent(id)}`, ["administrator"]);
    await context.directory.removeGrant(id);
    return await reply.code(204).send();
  });
}

function describeKey({ directory }: OwnContext, key: KeyRow) {
  const { id, name, created_at, expires_at, revoked_at, last_used_at } = key;
  return {
    id,
    user: directory.users.get(key.user_id)?.name,
    name,
    created_at,
    expires_at,
    revoked_at,
    last_used_at,
  };
}

function body(properties: Record<string, object>, required: readonly string[]) {
  return { body: { type: "object", properties, required, additionalProperties: false } };
}
