import type { Range } from "../common/reporter.ts";
import { rangeIn } from "../shell/checks/context.ts";
import type { Invocation } from "../shell/invocation.ts";
import { type ServerStart, serverOf } from "../shell/server.ts";
import type { Script } from "../shell/syntax.ts";
import { walk } from "../shell/walk.ts";

/** A tracking server that a container starts, and where the file says so. */
export interface ServerAt {
  readonly listens: ServerStart["listens"];
  readonly authenticated: boolean;
  readonly range: Range | undefined;
}

/** The server within what a container starts: the vector itself, or a command of the script that it holds. */
export function serverWithin(vector: Invocation, script: Script | undefined): ServerAt | undefined {
  const starts =
    script === undefined
      ? [vector]
      : [...walk(script, new Map(vector.variables))].map((site) => site.invocation);
  for (const invocation of starts) {
    const server = serverOf(invocation);
    if (server === undefined) continue;
    const { listens, authenticated } = server;
    return { listens, authenticated, range: rangeIn(invocation, server.start, server.end) };
  }
  return undefined;
}
