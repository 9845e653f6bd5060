import type { FastifyInstance } from "fastify";
import { Refusal } from "../http/refusal.ts";
import type { OwnContext } from "./context.ts";

/** `healthz`: this process answers. `readyz`: requests can be served. `metrics`: counters, no names in them. */
export function healthApi(app: FastifyInstance, context: OwnContext): void {
  app.get("/modelkeep/healthz", () => ({ status: "ok" }));
  app.get("/modelkeep/readyz", async (_request, reply) => {
    const upstream = await upstreamAnswers(context);
    const ready = upstream && context.audit.healthy;
    return await reply.code(ready ? 200 : 503).send({ ready, upstream, audit: context.audit.healthy });
  });
  app.get("/modelkeep/metrics", async (_request, reply) => {
    return await reply.type("text/plain; version=0.0.4").send(context.metrics.render());
  });
}

async function upstreamAnswers({ upstream }: OwnContext): Promise<boolean> {
  try {
    const answer = await upstream.send("GET", "/health", {});
    answer.body.destroy();
    return answer.status === 200;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
