import type { FastifyInstance } from "fastify";
import { decide } from "../access/decide.ts";
import { PERMISSIONS, type Permission } from "../access/permission.ts";
import { describeResource, type Resource } from "../access/resource.ts";
import { guard } from "./guard.ts";
import type { OwnContext } from "./context.ts";

/**
 * Whether the caller may do something with a registered model: for services that show the caller's own key, such as
 * `modelkeep serve --auth gateway`. It tells nothing that the caller could not find out by trying.
 */
export function accessApi(app: FastifyInstance, context: OwnContext): void {
  const schema = {
    querystring: {
      type: "object",
      properties: {
        registered_model: { type: "string", minLength: 1, maxLength: 1_000 },
        permission: { enum: PERMISSIONS.filter((name) => name !== "NO_PERMISSIONS"), default: "READ" },
      },
      required: ["registered_model"],
      additionalProperties: false,
    },
  } as const;
  type Query = { registered_model: string; permission: Permission };
  app.get<{ Querystring: Query }>("/modelkeep/api/v1/access", { schema }, async (request) => {
    const { registered_model: name, permission } = request.query;
    const resource: Resource = { kind: "registered-model", id: name, name };
    const principal = await guard(request, context, "access.get", describeResource(resource));
    const { allowed, reason } = decide(principal, permission, resource, context.directory);
    return { user: principal.name, registered_model: name, permission, allowed, reason };
  });
}
