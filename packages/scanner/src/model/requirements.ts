import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Collector } from "../collector.ts";
import { rule as remoteRequirement } from "../rules/mk1407.ts";
import type { Entry } from "../scan/walk.ts";

const FILES: ReadonlySet<string> = new Set(["requirements.txt", "conda.yaml", "python_env.yaml"]);
const MAX_BYTES = 2 ** 20;
/** Options and forms of pip's requirement files that fetch from elsewhere than the configured index. */
const ELSEWHERE =
  /(?:^|\s)(--(?:extra-)?index-url|-i|--find-links|-f|--trusted-host|--editable|-e|--pre)(?:[\s=]|$)|(?:git|hg|svn|bzr)\+|@\s*(?:https?|ftp|file):|^\s*-?\s*["']?(?:https?|ftp|file):/iu;

/** Notes environments that install from somewhere unusual. They are data to this scan: nothing here installs them. */
export function judgeRequirements(entries: readonly Entry[], into: Collector): void {
  for (const entry of entries) {
    if (entry.kind !== "file" || !FILES.has(entry.relative)) continue;
    for (const [index, line] of readText(entry.path).split(/\r?\n/u).entries()) {
      if (!ELSEWHERE.test(line.replace(/(^|\s)#.*$/u, ""))) continue;
      const message = `${entry.relative} line ${index + 1} installs from elsewhere`;
      into.add(remoteRequirement, message, undefined, { evidence: line.trim() });
    }
  }
}

function readText(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(Math.min(fstatSync(fd).size, MAX_BYTES));
    return bytes.toString("utf8", 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}
