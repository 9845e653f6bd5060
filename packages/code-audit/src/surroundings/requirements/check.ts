import { rule as vcs } from "../../rules/mk2509.ts";
import { rule as url } from "../../rules/mk2510.ts";
import { rule as unpinned } from "../../rules/mk2511.ts";
import { rule as vulnerable } from "../../rules/mk2512.ts";
import { rule as overHttp } from "../../rules/mk2506.ts";
import type { Range, Reporter } from "../common/reporter.ts";
import { say } from "../common/say.ts";
import { hostOf, isLoopback } from "../shell/address.ts";
import { TABLE_DATE, knownVulnerability } from "./vulnerable.ts";

export interface RequirementOptions {
  /** Are requirements without an exact version to be reported? */
  readonly pinned: boolean;
  /** `--hash` was given beside it. */
  readonly hashed?: boolean;
}

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/su;
/** Nobody writes longer ones; hashes stand beside the requirement. */
const LINE_LIMIT = 5_000;
const FULL_COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/iu;

/** Looks at one requirement: a name with versions, an address, a repository. Paths of this machine are nobody else's. */
export function checkRequirement(
  reporter: Reporter,
  text: string,
  range: Range,
  options: RequirementOptions,
): void {
  if (text.length > LINE_LIMIT) return;
  const requirement = text.split(/\s;|;\s/u)[0]?.trim() ?? "";
  const address = /^(?:[^@\s]+\s*@\s*)?((?:[a-z][a-z0-9+.-]*:\/\/|git@)\S+)$/isu.exec(requirement)?.[1];
  if (address !== undefined) return checkAddress(reporter, address, range, options);
  if (
    /^(?:[./~]|[A-Za-z]:\\)|[/\\]|\$\{|\$\w|\{\{/u.test(requirement) ||
    /\.(?:whl|zip|tar\.gz)$/u.test(requirement)
  )
    return;
  const [, name = "", specifier = ""] = NAME.exec(requirement) ?? [];
  if (name !== "")
    checkVersion(reporter, name, specifier.replace(/^\((.*)\)$/su, "$1").trim(), range, options);
}

function checkVersion(
  reporter: Reporter,
  name: string,
  specifier: string,
  range: Range,
  options: RequirementOptions,
): void {
  const exact = /^={2,3}\s*([^\s,*]+)$/u.exec(specifier)?.[1];
  if (exact === undefined) {
    if (!options.pinned || (specifier !== "" && !/^[=<>!~]/u.test(specifier))) return;
    reporter.add(unpinned, range, say(`${name} has no exact version`, `${name} 没有精确版本`));
    return;
  }
  if (!options.pinned) return;
  const found = knownVulnerability(name.toLowerCase().replaceAll(/[-_.]+/gu, "-"), exact);
  if (found === undefined) return;
  reporter.add(
    vulnerable,
    range,
    say(
      `${name} ${exact}: ${found.id}, fixed in ${found.fixed} (table of ${TABLE_DATE})`,
      `${name} ${exact}：${found.id}，已在 ${found.fixed} 修复（数据日期 ${TABLE_DATE}）`,
    ),
    { severity: found.severity },
  );
}

function checkAddress(reporter: Reporter, address: string, range: Range, options: RequirementOptions): void {
  const repository = /^(?:git|hg|svn|bzr)\+|^git:\/\/|^git@/iu.test(address);
  const plain = /^(?:(?:git|hg|svn|bzr)\+)?(?:http|git):\/\//iu.test(address);
  if (isLoopback(hostOf(address.replace(/^\w+\+/u, "")))) return;
  if (repository) checkRepository(reporter, address, plain, range);
  else if (plain && !hasHash(address, options)) {
    reporter.add(overHttp, range, say("The package comes over plain http", "软件包通过明文 http 获取"));
  } else if (/^https?:|^ftp:/iu.test(address) && !hasHash(address, options)) {
    reporter.add(url, range, say("Nothing says which file must come", "未指明必须得到哪个文件"));
  }
}

function hasHash(address: string, { hashed }: RequirementOptions): boolean {
  return hashed === true || /[#&](?:sha256|sha384|sha512)=[0-9a-f]{32,}/iu.test(address);
}

function checkRepository(reporter: Reporter, address: string, plain: boolean, range: Range): void {
  const path = address.replace(/#.*$/su, "").replace(/^[^/]*\/\/[^/]*/u, "");
  const at = path.lastIndexOf("@");
  const revision = at < 0 ? "" : path.slice(at + 1);
  if (FULL_COMMIT.test(revision) && !plain) return;
  const message = plain
    ? say("The repository is read without TLS", "未通过 TLS 读取代码仓库")
    : say(
        revision === ""
          ? "The newest commit of a branch is taken"
          : `${revision} can be moved to another commit`,
        revision === "" ? "将获取分支的最新提交" : `${revision} 可被移动到其他提交`,
      );
  reporter.add(vcs, range, message, plain ? { severity: "high" } : {});
}
