import type { Source } from "../../model/source.ts";
import { rule as overHttp } from "../../rules/mk2506.ts";
import { rule as extraIndex } from "../../rules/mk2507.ts";
import { rule as trustedHost } from "../../rules/mk2508.ts";
import type { Inspected } from "../../inspector.ts";
import { type Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { checkSecret } from "../secrets/check.ts";
import { hostOf, isLoopback } from "../shell/address.ts";
import { checkRequirement } from "./check.ts";

interface Line {
  readonly text: string;
  readonly range: Range;
}

/** Requirement and constraint files as pip reads them. Files that are compiled (`*.in`) need no exact versions. */
export function inspectRequirements(source: Source): Inspected {
  const reporter = new Reporter(source);
  const compiled = /\.in$/iu.test(source.path);
  for (const line of logicalLines(source.text)) checkLine(reporter, line, !compiled);
  return reporter.result();
}

/** Lines without comments, joined where they end in a backslash; the range is that of what was written. */
export function logicalLines(text: string): Line[] {
  const lines: Line[] = [];
  let joined = "";
  let start = -1;
  let end = 0;
  for (const { 0: raw, index } of text.matchAll(/[^\r\n]+/gu)) {
    const continued = raw.endsWith("\\");
    const plain = (continued ? raw.slice(0, -1) : raw).replace(/(?:^|\s)#.*$/su, "");
    const lead = plain.length - plain.trimStart().length;
    if (start < 0 && plain.trim() !== "") start = index + lead;
    if (plain.trim() !== "") end = index + plain.trimEnd().length;
    joined += `${plain.trim()} `;
    if (continued) continue;
    if (start >= 0) lines.push({ text: joined.trim(), range: [start, end] });
    joined = "";
    start = -1;
  }
  if (start >= 0) lines.push({ text: joined.trim(), range: [start, end] });
  return lines;
}

function checkLine(reporter: Reporter, { text, range }: Line, pinned: boolean): void {
  if (text.startsWith("-")) checkOption(reporter, text, range, pinned);
  else checkPackage(reporter, text, range, pinned);
}

function checkPackage(reporter: Reporter, text: string, range: Range, pinned: boolean): void {
  const hashed = /\s--hash[= ]/u.test(text);
  const requirement = text.replace(/\s--(?:hash|global-option|config-settings?|install-option)\b.*$/su, "");
  checkSecret(reporter, { name: "requirement", value: requirement, range });
  // One line is shown, not the hashes below it.
  const shown: Range = [range[0], Math.min(range[1], range[0] + requirement.length)];
  checkRequirement(reporter, requirement, shown, { pinned, hashed });
}

function checkOption(reporter: Reporter, text: string, range: Range, pinned: boolean): void {
  const [, option = "", value = ""] =
    /^(-[a-zA-Z]|--[a-z-]+)(?:\s*=\s*|\s+|(?<=^-[a-zA-Z]))(\S.*)?$/su.exec(text) ?? [];
  if (value !== "") checkSecret(reporter, { name: option, value, range });
  checkIndexOption(reporter, option, value, range);
  if (option === "-e" || option === "--editable") checkRequirement(reporter, value, range, { pinned });
}

/** An option of pip about where packages come from, in a file, in `pip.conf` or in a conda environment. */
export function checkIndexOption(reporter: Reporter, option: string, value: string, range: Range): void {
  const name = option.replace(/^-+/u, "").replaceAll("_", "-");
  const foreignHttp = /(?:^|\s)http:\/\//iu.test(value) && !isLoopback(hostOf(value.trim()));
  if (/^(?:i|index-url|f|find-links|extra-index-url|default-index|index)$/u.test(name) && foreignHttp) {
    reporter.add(overHttp, range, say(`${name} uses plain http`, `${name} 使用明文 http`));
  } else if (name === "extra-index-url" && value !== "") {
    reporter.add(extraIndex, range, say("A second index is asked as well", "同时使用第二个索引"));
  } else if (name === "trusted-host" && value !== "") {
    reporter.add(
      trustedHost,
      range,
      say(`The certificate of ${value} is not checked`, `不检查 ${value} 的证书`),
    );
  }
}
