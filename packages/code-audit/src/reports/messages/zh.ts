import type { Severity } from "@modelkeep/findings";
import type { AuditMessages } from "./messages.ts";

const severities: Readonly<Record<Severity, string>> = {
  critical: "严重",
  high: "高危",
  medium: "中危",
  low: "低危",
  info: "提示",
};

export const zh: AuditMessages = {
  language: "zh",
  title: "Modelkeep 安全审计报告",
  severities,
  parts: {
    loading: "模型加载",
    secrets: "敏感信息",
    transport: "地址与传输",
    verification: "校验",
    pipeline: "流水线与容器",
    dependencies: "依赖",
  },
  comma: "，",
  colon: "：",
  words: {
    summary: "概要",
    score: "安全评分",
    severity: "严重程度",
    rule: "规则",
    count: "数量",
    files: "文件",
    finding: "问题",
    findings: "问题列表",
    where: "位置",
    weakness: "弱点类型",
    advice: "处理建议",
    fix: "修复",
    byHand: "需人工处理",
    path: "数据流",
    part: "组成部分",
    points: "得分",
    lostTo: "扣分原因",
    limits: "上限",
    topFixes: "最能提高评分的措施",
    byRule: "按规则统计",
    bySeverity: "按严重程度统计",
    comparison: "前后对比",
    before: "之前",
    now: "现在",
    fixed: "已修复",
    fresh: "新增",
    same: "未变",
    silenced: "已接受与已忽略",
    by: "依据",
    reason: "原因",
    until: "截止",
    unaudited: "未完整审计的文件",
    state: "状态",
    evidence: "代码",
    automatic: "可自动修复",
    total: "合计",
    generated: "生成工具",
    chapters: "目录",
  },
  silencedBy: { comment: "代码注释", register: "风险接受登记", baseline: "基线" },
  states: { partial: "部分审计", unread: "未读取" },
  setTitle: "安全审计报告集",
  chapters: {
    summary: "管理摘要",
    findings: "技术问题详情",
    remediation: "整改计划",
    comparison: "前后对比",
    accepted: "已接受的风险",
  },
  nothingAccepted: "没有已接受或已忽略的问题。",
  nothingFound: "未发现问题。",
  noData: "无数据：未做检查，不得分",
  scoreExplained:
    "每个部分从满分开始。每条规则的第一个问题计罚 10（严重）、5（高危）、2（中危）或 0.5（低危），第 n 个问题计其 n 分之一；每累计 10，该部分剩余分数减半。已接受的问题减半计罚。增加没有问题的文件不会加分。",
  fixable: "可用 modelkeep audit --fix 修复",
  counted(findings, files, lines) {
    return `发现 ${findings} 个问题，共审计 ${files} 个文件、${lines} 行`;
  },
  worst(counts) {
    return (["critical", "high", "medium", "low", "info"] as const)
      .filter((severity) => counts[severity] > 0)
      .map((severity) => `${severities[severity]} ${counts[severity]}`)
      .join("，");
  },
  silencedCount: (count) => `已忽略或已接受 ${count} 个`,
  unauditedCount(unread, partial) {
    const parts = [
      ...(unread > 0 ? [`${unread} 个文件未读取`] : []),
      ...(partial > 0 ? [`${partial} 个文件仅部分审计`] : []),
    ];
    return parts.join("，");
  },
  compared: (source, fixed, fresh, same) => `与 ${source} 相比：已修复 ${fixed}，新增 ${fresh}，未变 ${same}`,
  cell: (cell) => `单元格 ${cell}`,
  line: (line) => `第 ${line} 行`,
  cap({ reason, count, limit }) {
    const why = {
      critical: `存在 ${count} 个严重问题`,
      high: `存在 ${count} 个高危问题`,
      unread: `有 ${count} 个文件未能读取`,
      partial: `有 ${count} 个文件仅部分审计`,
    };
    return `${why[reason]}，评分最高为 ${limit}`;
  },
  improvement({ kind, ruleId, count, after, sum }, title) {
    const what = {
      rule: `修复 ${ruleId} 的 ${count} 个问题：${title}`,
      unread: `使 ${count} 个文件可读取`,
      partial: `修正 ${count} 个文件的语法`,
      data: "提供用于检查依赖的漏洞数据（--osv）",
    };
    const limited = Math.floor(sum) > after ? `（不计上限为 ${sum.toFixed(1)}）` : "";
    return `${what[kind]} → 评分 ${after}${limited}`;
  },
  more: (count) => `另有 ${count} 个`,
  priority: (priority) => `优先级 ${priority}`,
  advisories: (name, days) =>
    days === undefined ? `漏洞数据 ${name}，日期未知` : `漏洞数据 ${name}，距今 ${days} 天`,
  limitReached: (left, kept) => `本文件略去了 ${left} 个问题，保留了最严重的 ${kept} 个`,
};
