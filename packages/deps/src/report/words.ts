import type { Lang } from "../messages/said.ts";

/** Words of the report itself. */
export interface Words {
  readonly title: string;
  readonly data: string;
  readonly noData: string;
  readonly records: string;
  readonly newest: (day: string, age: number) => string;
  readonly old: string;
  readonly findings: string;
  readonly noFindings: string;
  readonly fix: string;
  readonly accepted: (reason: string, owner: string, expires: string) => string;
  readonly notSaid: string;
  readonly summary: (counts: Readonly<Record<string, number>>) => string;
  readonly cleanAsOf: (day: string) => string;
  readonly incomplete: string;
  readonly expired: (id: string, owner: string, expires: string) => string;
  readonly severity: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly passed: (count: number) => string;
  readonly aliases: string;
}

const en: Words = {
  title: "Dependencies",
  data: "Advisories",
  noData: "none were given: nothing is known of any version",
  records: "records",
  newest: (day, age) => `newest of ${day}, ${age} days old`,
  old: "OLD: what was found since then is not in it",
  findings: "Findings",
  noFindings: "nothing found",
  fix: "fix",
  accepted: (reason, owner, expires) => `accepted until ${expires} by ${owner}: ${reason}`,
  notSaid: "severity not said, counted as high",
  summary: (n) =>
    `${n["packages"]} packages in ${n["files"]} files: ${n["vulnerable"]} vulnerable, ${n["clean"]} clean, ${n["unknown"]} without a version, ${n["skipped"]} not looked up`,
  cleanAsOf: (day) => `"clean" is as of ${day}`,
  incomplete: "INCOMPLETE: something was not read or not looked up, so this is no clean bill",
  expired: (id, owner, expires) => `accepted risk ${id} of ${owner} expired on ${expires}`,
  severity: { critical: "critical", high: "high", medium: "medium", low: "low", info: "info" },
  columns: ["Severity", "Where", "What", "Fix"],
  passed: (count) => `${count} folders of environments and installed packages were not entered`,
  aliases: "also",
};

const zh: Words = {
  title: "依赖检查",
  data: "安全公告",
  noData: "未提供：对任何版本都一无所知",
  records: "条记录",
  newest: (day, age) => `最新记录 ${day}，距今 ${age} 天`,
  old: "数据陈旧：此后发现的漏洞不在其中",
  findings: "发现",
  noFindings: "没有发现",
  fix: "修复",
  accepted: (reason, owner, expires) => `由 ${owner} 接受至 ${expires}：${reason}`,
  notSaid: "公告未给出严重程度，按高计",
  summary: (n) =>
    `${n["files"]} 个文件中的 ${n["packages"]} 个包：${n["vulnerable"]} 个有漏洞，${n["clean"]} 个干净，${n["unknown"]} 个没有版本，${n["skipped"]} 个未查询`,
  cleanAsOf: (day) => `“干净”以 ${day} 的数据为准`,
  incomplete: "不完整：有内容未读取或未查询，因此不能视为没有问题",
  expired: (id, owner, expires) => `${owner} 接受的风险 ${id} 已于 ${expires} 到期`,
  severity: { critical: "严重", high: "高", medium: "中", low: "低", info: "提示" },
  columns: ["严重程度", "位置", "内容", "修复"],
  passed: (count) => `${count} 个环境或已安装包的文件夹未进入`,
  aliases: "别名",
};

export const WORDS: Readonly<Record<Lang, Words>> = { en, zh };
