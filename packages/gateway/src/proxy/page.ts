import { hasBody } from "../http/body.ts";
import { badRequest } from "../http/refusal.ts";
import type { Exchange } from "./exchange.ts";
import { answerStreaming, sendOn } from "./answer.ts";
import type { Services } from "./services.ts";

/** MLflow's own pages and scripts: the same for every user, so they are passed on and not recorded one by one. */
export async function forwardPage(exchange: Exchange, services: Services): Promise<void> {
  if (hasBody(exchange.request)) throw badRequest("a GET has no body here");
  await answerStreaming(exchange, await sendOn(exchange, services, null));
}
