import type { ServeCommandOptions } from "./options.ts";

/** One line for people; nothing for undefined. */
export function say(text: string | undefined): void {
  if (text !== undefined) process.stderr.write(`${text}\n`);
}

/** What the caller should know before anything is loaded. */
export function announce({ ignored, auth, host }: ServeCommandOptions): void {
  for (const name of ignored)
    say(`modelkeep: --${name} has no effect here: models run in no environment of yours`);
  if (!auth && !isLoopback(host))
    say(`modelkeep: whoever reaches ${host} may call the models: add --auth gateway, or leave --host out`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(host);
}
