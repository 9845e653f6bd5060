import type { Source } from "../../model/source.ts";
import type { Inspected } from "../../inspector.ts";
import { Mapped } from "../common/mapped.ts";
import { Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { isExample } from "../secrets/check.ts";
import { checkScript } from "./checks/all.ts";
import { readScript } from "./read.ts";
import type { Script } from "./syntax.ts";

/** A file of shell commands. */
export function inspectShell(source: Source): Inspected {
  const reporter = new Reporter(source);
  const script = readScript(Mapped.whole(source.text));
  checkScript(script, new Map(), { reporter, kind: "script", example: isExample(source.path) });
  sayStopped(reporter, script);
  return reporter.result();
}

/** Says that a script could not be read to its end. */
export function sayStopped(reporter: Reporter, script: Script): void {
  if (script.stopped === undefined) return;
  const why = {
    depth: say("commands are nested too deeply", "命令嵌套过深"),
    size: say("there are too many commands", "命令过多"),
    quote: say("a quote or bracket is not closed", "引号或括号未闭合"),
  }[script.stopped];
  reporter.partial(say(`audited up to where ${why.en}`, `仅审计到此为止：${why.zh}`));
}
