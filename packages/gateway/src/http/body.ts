import type { IncomingMessage } from "node:http";
import { badRequest, Refusal, tooLarge } from "./refusal.ts";

/**
 * Reads a whole body into memory.
 * @param limit bytes
 * @throws {Refusal} 413 above the limit (before reading when the length is announced), 400 when the client gave up
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limit) throw tooLarge(`the body has ${announced} bytes; at most ${limit} are taken here`);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // A body that is given up must not take the connection with it: the refusal has to be sent on it.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(`the body has more than ${limit} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof Refusal) && request.destroyed && !request.complete)
      throw badRequest("the body ended early");
    throw error;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}

/** Whether the request announces a body at all. */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers["content-length"];
  return request.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}
