import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { auditEvent, type Outcome } from "../proxy/exchange.ts";
import { Refusal } from "../http/refusal.ts";
import { assertSameOrigin } from "../http/origin.ts";
import { openSession, SESSION_MILLISECONDS } from "../identity/administration.ts";
import { byKey, SESSION_COOKIE, sessionCookie } from "../identity/authenticate.ts";
import { keyDigest } from "../identity/key.ts";
import type { Principal } from "../identity/principal.ts";
import { loginPage } from "./login-page.ts";
import type { OwnContext } from "./context.ts";

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

interface Form {
  readonly key: string;
  readonly next?: string;
}

const text = { type: "string", maxLength: 4_000 } as const;
const pageSchema = { querystring: { type: "object", properties: { next: text } } } as const;
const formSchema = {
  body: { type: "object", properties: { key: text, next: text }, required: ["key"] },
} as const;

/** A person's way in with a browser: a form that takes an API key and sets a session cookie. */
export function loginPages(app: FastifyInstance, context: OwnContext): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
  app.get<{ Querystring: { next?: string } }>(
    "/modelkeep/login",
    { schema: pageSchema },
    async (request, reply) => {
      return await sendPage(reply, 200, localPath(request.query.next));
    },
  );
  app.post<{ Body: Form }>("/modelkeep/login", { schema: formSchema }, async (request, reply) => {
    return await logIn(request, reply, context);
  });
  app.post("/modelkeep/logout", async (request, reply) => {
    assertSameOrigin(request.raw);
    const cookie = sessionCookie(request.headers.cookie);
    const digest = cookie === undefined ? undefined : keyDigest(cookie);
    if (digest !== undefined) await context.directory.removeSession(digest);
    return await reply.header("set-cookie", cookieText("", 0)).redirect("/modelkeep/login", 303);
  });
}

async function logIn(
  request: FastifyRequest<{ Body: Form }>,
  reply: FastifyReply,
  context: OwnContext,
): Promise<FastifyReply> {
  assertSameOrigin(request.raw);
  const next = localPath(request.body.next);
  const now = Date.now();
  let principal: Principal;
  try {
    principal = byKey(request.body.key.trim(), context.directory, now);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await onRecord(request, context, undefined, { decision: "deny", resource: "-", reason: error.message });
    return await sendPage(reply, 401, next, error.message);
  }
  await onRecord(request, context, principal, { decision: "allow", resource: "-", reason: "API key" });
  const cookie = await openSession(context.directory, principal.keyId, now);
  return await reply
    .header("set-cookie", cookieText(cookie, SESSION_MILLISECONDS / 1_000))
    .redirect(next, 303);
}

async function onRecord(
  request: FastifyRequest,
  { audit }: OwnContext,
  principal: Principal | undefined,
  outcome: Outcome,
): Promise<void> {
  await audit.append(
    auditEvent({ id: request.id, request: request.raw, action: "sessions.open", principal }, outcome),
  );
}

async function sendPage(
  reply: FastifyReply,
  status: number,
  next: string,
  problem?: string,
): Promise<FastifyReply> {
  reply.header("content-security-policy", PAGE_POLICY);
  return await reply.code(status).type("text/html; charset=utf-8").send(loginPage(next, problem));
}

/** Where to go after the login: a path here, never another site (`//host`, `/\host`). */
function localPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[\u0021-\u007e]*$/u.test(next) && !next.includes("\\")
    ? next
    : "/";
}

function cookieText(value: string, seconds: number): string {
  return `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;
}
