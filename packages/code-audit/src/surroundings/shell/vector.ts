import { Mapped } from "../common/mapped.ts";
import type { Invocation } from "./invocation.ts";
import { readScript } from "./read.ts";
import type { Script } from "./syntax.ts";
import { SHELLS } from "./walk.ts";

/** The script in an argument vector such as `["/bin/sh", "-c", "…"]`, placed where its string stands. */
export function scriptOfVector({ name, args }: Invocation): Script | undefined {
  if (!SHELLS.has(name)) return undefined;
  const at = args.findIndex(({ text }) => /^-[a-z]*c$/u.test(text));
  const code = at < 0 ? undefined : args[at + 1];
  if (code === undefined) return undefined;
  return readScript(code.mapped ?? Mapped.whole(code.text, code.start));
}
