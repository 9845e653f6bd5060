import type { Inspected } from "../../inspector.ts";
import type { Source } from "../../model/source.ts";
import { rule as overHttp } from "../../rules/mk2506.ts";
import { rule as extraIndex } from "../../rules/mk2507.ts";
import { rule as trustedHost } from "../../rules/mk2508.ts";
import { rule as vcs } from "../../rules/mk2509.ts";
import { type Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkRequirement } from "../requirements/check.ts";
import { checkSecret } from "../secrets/check.ts";
import { hostOf, isLoopback } from "../shell/address.ts";

/**
 * `pyproject.toml`: where packages come from. Ranges of versions are how libraries name what they need, and no finding; the
 * places are lines, because no parser of TOML here knows positions.
 */
export function inspectPyproject(source: Source): Inspected {
  const reporter = new Reporter(source);
  let section = "";
  for (const { 0: raw, index } of source.text.matchAll(/[^\r\n]+/gu)) {
    const line = raw.trim();
    const head = /^\[{1,2}([^\]]+)\]{1,2}/u.exec(line);
    if (head !== null) section = (head[1] ?? "").replaceAll(/["'\s]/gu, "");
    if (head !== null || line === "" || line.startsWith("#")) continue;
    const start = index + raw.length - raw.trimStart().length;
    checkLine(reporter, section, line, [start, index + raw.trimEnd().length]);
  }
  return reporter.result();
}

function checkLine(reporter: Reporter, section: string, line: string, range: Range): void {
  if (/^(?:tool\.(?:uv|poetry|pdm|pip|hatch|pixi)\b|project\b|dependency-groups|build-system)/u.test(section))
    checkSources(reporter, line, range);
  for (const { 1: text = "" } of line.matchAll(/["']([^"']*(?:@\s*(?:git\+|https?:)|^git\+)[^"']*)["']/gu)) {
    checkRequirement(reporter, text, range, { pinned: false });
  }
  const table = /\bgit\s*=\s*["']([^"']+)["']/u.exec(line);
  if (
    table !== null &&
    /^(?:tool|project|dependency-groups)/u.test(section) &&
    !/\brev\s*=\s*["'][0-9a-f]{40}["']/iu.test(line)
  ) {
    reporter.add(vcs, range, say("A branch or tag of the repository is taken", "使用代码仓库的分支或标签"));
  }
  checkSecret(reporter, { name: "pyproject", value: line, range });
}

function checkSources(reporter: Reporter, line: string, range: Range): void {
  const [, key = "", value = ""] = /^([\w-]+)\s*=\s*(.*)$/su.exec(line) ?? [];
  const address = /["'](http:\/\/[^"']+)["']/iu.exec(value)?.[1];
  if (
    /^(?:url|index-url|extra-index-url|find-links|default-index|index)$/u.test(key) &&
    address !== undefined &&
    !isLoopback(hostOf(address))
  ) {
    reporter.add(overHttp, range, say(`${key} uses plain http`, `${key} 使用明文 http`));
  } else if (key === "extra-index-url") {
    reporter.add(extraIndex, range, say("A second index is asked as well", "同时使用第二个索引"));
  } else if (
    /^(?:trusted-host|allow-insecure-host)$/u.test(key) ||
    (key === "verify_ssl" && value.startsWith("false"))
  ) {
    reporter.add(trustedHost, range, say("The certificate of an index is not checked", "不检查索引的证书"));
  }
}
