import type { IncomingMessage, ServerResponse } from "node:http";
import fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { ModelkeepError } from "@modelkeep/findings";
import { Refusal } from "../http/refusal.ts";
import { SECURITY_HEADERS } from "../http/headers.ts";
import { accessApi } from "./access.ts";
import { administrationApi } from "./administration.ts";
import { auditApi } from "./audit.ts";
import { healthApi } from "./health.ts";
import type { OwnContext } from "./context.ts";
import { loginPages } from "./login.ts";

/** The gateway's own pages and API under `/modelkeep/`. */
export async function makeOwn(
  context: OwnContext,
  logger: Logger,
): Promise<{
  handle: (request: IncomingMessage, response: ServerResponse) => void;
  close: () => Promise<void>;
}> {
  // A field that is not known, or of another type, is an error of the sender's and not ours to drop or to guess.
  const ajv = { customOptions: { removeAdditional: false, coerceTypes: true } } as const;
  const app = fastify({ logger: false, bodyLimit: 64 * 1024, ajv });
  app.addHook("onSend", async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.header(name, value);
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
  app.setErrorHandler(async (error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500)
      logger.error({ err: error, request: request.id }, "a page or call of the gateway's own failed");
    if (error instanceof Refusal) reply.headers(error.headers);
    return await reply.code(status).send(documentOf(error));
  });
  app.setNotFoundHandler(async (_request, reply) => {
    return await reply.code(404).send({ error_code: "ENDPOINT_NOT_FOUND", message: "there is no such page" });
  });
  register(app, context);
  await app.ready();
  return { handle: (request, response) => app.routing(request, response), close: () => app.close() };
}

function register(app: FastifyInstance, context: OwnContext): void {
  healthApi(app, context);
  // In a scope of their own: forms are taken by the login only.
  app.register((scope, _options, done) => {
    loginPages(scope, context);
    done();
  });
  accessApi(app, context);
  administrationApi(app, context);
  auditApi(app, context);
}

function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status;
  if (error instanceof ModelkeepError) return error.code === "NOT_FOUND" ? 404 : 400;
  // Fastify's own errors (a body that is not JSON, too long, not as the schema says).
  if (error instanceof Error && "statusCode" in error && typeof error.statusCode === "number")
    return error.statusCode;
  return 500;
}

function documentOf(error: unknown): { error_code: string; message: string } {
  if (error instanceof Refusal) return { error_code: error.code, message: error.message };
  const status = statusOf(error);
  if (status >= 500 || !(error instanceof Error)) {
    return { error_code: "INTERNAL_ERROR", message: "the gateway failed on this request: see its log" };
  }
  const code = status === 404 ? "RESOURCE_DOES_NOT_EXIST" : "INVALID_PARAMETER_VALUE";
  return { error_code: code, message: error.message };
}
