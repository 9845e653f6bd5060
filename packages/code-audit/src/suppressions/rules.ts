import type { AuditRule } from "../model/rule.ts";

/** What is found about suppressions and accepted risks themselves. None of these can be silenced by a comment. */
export const SUPPRESSION_RULES = {
  unreasoned: {
    id: "MK2910",
    name: "suppression-without-reason",
    title: {
      en: "A comment would silence a finding without saying why.",
      zh: "注释试图忽略一个问题，但没有说明原因。",
    },
    severity: "medium",
    cwe: "CWE-1053",
    advice: {
      en: "Write the reason behind the bracket; until then the finding stays.",
      zh: "请在方括号后写明原因；在此之前该问题仍然有效。",
    },
  },
  unclear: {
    id: "MK2911",
    name: "suppression-unclear",
    title: {
      en: "A comment would silence a finding, but which, or until when, cannot be understood.",
      zh: "注释试图忽略一个问题，但无法确定是哪个问题或截止到何时。",
    },
    severity: "medium",
    cwe: "CWE-710",
    advice: {
      en: "Name rules by id or name in brackets, and an end as until=YYYY-MM-DD.",
      zh: "请在方括号中写明规则的编号或名称，并以 until=YYYY-MM-DD 写明截止日期。",
    },
  },
  expired: {
    id: "MK2912",
    name: "suppression-expired",
    title: {
      en: "The time of a suppression is over: what it silenced counts again.",
      zh: "忽略已过期：被忽略的问题重新生效。",
    },
    severity: "medium",
    cwe: "CWE-710",
    advice: {
      en: "Mend what it silenced, or decide anew and write a later date.",
      zh: "请修复被忽略的问题，或重新评估并写明新的日期。",
    },
  },
  unused: {
    id: "MK2913",
    name: "suppression-unused",
    title: {
      en: "A suppression silences nothing.",
      zh: "该忽略注释没有对应的问题。",
    },
    severity: "low",
    cwe: "CWE-1164",
    advice: {
      en: "Remove it, lest it silence something else later.",
      zh: "请删除它，以免以后误忽略其他问题。",
    },
  },
  riskExpired: {
    id: "MK2920",
    name: "accepted-risk-expired",
    title: {
      en: "An accepted risk has expired: the run fails until somebody decides anew.",
      zh: "已接受的风险已过期：在重新评估之前，本次审计判为失败。",
    },
    severity: "high",
    cwe: "CWE-710",
    advice: {
      en: "Mend the finding and remove the entry, or have its owner accept it again with a later date.",
      zh: "请修复问题并删除该条目，或由责任人重新接受并写明新的日期。",
    },
  },
  riskUnused: {
    id: "MK2921",
    name: "accepted-risk-unused",
    title: {
      en: "An accepted risk matches no finding.",
      zh: "已接受的风险没有对应的问题。",
    },
    severity: "low",
    cwe: "CWE-1164",
    advice: {
      en: "Remove the entry: what it accepted is gone.",
      zh: "请删除该条目：其所接受的问题已不存在。",
    },
  },
} as const satisfies Record<string, AuditRule>;
