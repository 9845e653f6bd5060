import type { CallFact, Facts, Module } from "../python/types.ts";
import { descendants, type Node } from "../python/node.ts";
import { mayBe } from "./calls.ts";
import type { PythonRule, Report } from "./rule.ts";
import { isLog, loads, textAt, VERIFIES } from "./verification.ts";

const SAFE_CALL =
  /(^|\.|_)(verify\w*|safe_load\w*|secure\w*|check_(signature|integrity|hash|digest|model)\w*|validate_(signature|model|hash|artifact)\w*|SecureMLflowLoader|scan\w*)$/i;
const SWITCH =
  /(skip|disable|bypass|ignore|without|no|allow)_?\w*(verif|sign|check|integrity|scan|unsafe|untrusted|unsigned|unverified)|insecure|unverified/i;
const OFF = [
  "verify_signature",
  "verify_hash",
  "check_signature",
  "verify_integrity",
  "require_signature",
  "check_integrity",
  "verify_checksum",
  "check_hash",
  "verify_model",
  "signature_check",
];

export const rule: PythonRule = {
  id: "MK2402",
  name: "verification-bypass",
  title: { en: "A verification can be got around.", zh: "验证可以被绕过。" },
  severity: "high",
  cwe: "CWE-636",
  advice: {
    en: "Stop when the verification fails or cannot be done; leave no switch and no second way.",
    zh: "验证失败或无法进行时立即停止；不留开关，也不留其他路径。",
  },
  rank: 95,
  words: [
    "verif",
    "Verif",
    "safe_load",
    "secure",
    "Secure",
    "check",
    "valid",
    "sign",
    "scan",
    "assert",
    "digest",
    "SKIP",
    "skip",
    "insecure",
  ],
  check(facts, report) {
    if (facts.module.test) return;
    for (const node of descendants(facts.module.syntax.root)) {
      if (node.type === "try_statement") attempts(node, facts, report);
      else if (node.type === "assert_statement") asserted(node, facts, report);
      else if (node.type === "if_statement") switched(node, facts, report);
    }
    for (const call of facts.calls) {
      if (isOff(call))
        report({
          at: call,
          way: call.way,
          message: { en: "the verification is switched off", zh: "验证被关闭" },
        });
      else if (isIgnored(call))
        report({
          at: call,
          way: call.way,
          message: {
            en: `nobody looks at what ${call.path.slice(1)}() says`,
            zh: `${call.path.slice(1)}() 的结果未被检查`,
          },
        });
    }
  },
};

function callsIn(top: Node, module: Module): readonly Node[] {
  return [...descendants(top)].filter((node) => node.type === "call" && !isLog(module, node));
}

function verifiesIn(top: Node, module: Module): boolean {
  return callsIn(top, module).some((call) => {
    const callee = call.get("function");
    return callee !== undefined && SAFE_CALL.test(textAt(module, callee).replace(/\(.*\)/s, ""));
  });
}

/** Loads of this module that lie in a stretch. */
function loadsIn(top: Node, { calls, module }: Facts): readonly CallFact[] {
  const seen = new Set<Node>();
  return calls.filter((call) => {
    const inside = call.module === module && call.node.start >= top.start && call.node.end <= top.end;
    if (!inside || seen.has(call.node) || !loads(call)) return false;
    seen.add(call.node);
    return true;
  });
}

/** `try: verified load; except: load anyway`, and `try: verify; except: pass` before a load. */
function attempts(node: Node, facts: Facts, report: Report): void {
  const { module } = facts;
  const body = node.get("body");
  if (body === undefined || !verifiesIn(body, module)) return;
  for (const clause of node.kids) {
    if (clause.type !== "except_clause") continue;
    const inHandler = loadsIn(clause, facts);
    for (const call of inHandler) {
      report({
        at: call,
        way: call.way,
        message: {
          en: "when the verified load fails, the model is loaded without verification",
          zh: "验证加载失败后改为不验证直接加载",
        },
      });
    }
    if (inHandler.length === 0 && swallows(clause, module) && loadsAfter(node, facts)) {
      report({
        at: { module, node: clause },
        message: {
          en: "a failed verification is passed over, and the load goes on",
          zh: "忽略验证失败并继续加载",
        },
      });
    }
  }
}

/** Whether a handler neither raises nor leaves. */
function swallows(clause: Node, module: Module): boolean {
  for (const node of descendants(clause)) {
    if (/^(raise_statement|return_statement|continue_statement|break_statement)$/.test(node.type))
      return false;
    if (
      node.type === "call" &&
      /^(sys\.exit|exit|quit|os\._exit|abort|flask\.abort|\w*\.?fail)$/.test(
        textAt(module, node.get("function") ?? node),
      )
    )
      return false;
    if (node.type === "assignment") return false;
  }
  return true;
}

function loadsAfter(node: Node, facts: Facts): boolean {
  let scope: Node | undefined = node.parent;
  while (scope !== undefined && scope.type !== "function_definition" && scope.type !== "module")
    scope = scope.parent;
  if (scope === undefined) return false;
  const body = node.get("body");
  const inside = body === undefined ? [] : loadsIn(body, facts);
  return inside.length === 0 && loadsIn(scope, facts).some((call) => call.node.start > node.end);
}

/** `assert digest == expected`: `python -O` leaves it out. */
function asserted(node: Node, { module, calls }: Facts, report: Report): void {
  const [condition] = node.kids;
  if (condition === undefined) return;
  const compares = calls.some(
    (call) =>
      call.module === module &&
      /^(hashlib|hmac|secrets\.compare_digest)/.test(call.path) &&
      within(call.node, condition),
  );
  const text = textAt(module, condition);
  const named =
    /\b(hexdigest|compare_digest|digest|sha256|checksum|signature)\b/i.test(text) &&
    /==|compare_digest|verify/.test(text);
  if (!compares && !named && !verifiesIn(condition, module)) return;
  report({
    at: { module, node },
    message: {
      en: "python -O leaves assertions out, and the verification with them",
      zh: "python -O 会去掉断言，验证随之消失",
    },
  });
}

function within(inner: Node, outer: Node): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** `if os.environ.get("SKIP_VERIFY"): load`. */
function switched(node: Node, facts: Facts, report: Report): void {
  const { module } = facts;
  const condition = node.get("condition");
  const consequence = node.get("consequence");
  if (condition === undefined || consequence === undefined) return;
  const text = textAt(module, condition);
  if (!SWITCH.test(text) || /\bnot\b|==\s*(False|"0"|"false")|is\s+False/.test(text)) return;
  const yes =
    /return\s+True\b/.test(textAt(module, consequence)) &&
    /verif|valid|check/i.test(nameAround(node, module));
  if (!yes && loadsIn(consequence, facts).length === 0) return;
  report({
    at: { module, node: condition },
    message: { en: "a setting switches the verification off", zh: "可通过设置关闭验证" },
  });
}

function nameAround(node: Node, module: Module): string {
  let scope: Node | undefined = node.parent;
  while (scope !== undefined && scope.type !== "function_definition") scope = scope.parent;
  const name = scope?.get("name");
  return name === undefined ? "" : textAt(module, name);
}

function isOff(call: CallFact): boolean {
  if (OFF.some((name) => mayBe(call.args.keywords.get(name), false))) return true;
  if (!/^(jwt|jose\.jwt)\.decode$/.test(call.path)) return false;
  if (mayBe(call.args.keywords.get("verify"), false)) return true;
  const [options] = call.args.keywords.get("options")?.refs ?? [];
  return options?.kind === "dict" && mayBe(options.items.get("verify_signature"), false);
}

/** `verify(path)` as a statement, of a function that answers and never raises. */
function isIgnored(call: CallFact): boolean {
  const { callee } = call;
  if (
    callee === undefined ||
    call.node.parent?.type !== "expression_statement" ||
    !VERIFIES.test(callee.name)
  )
    return false;
  if (callee.body === undefined || callee.node.type === "lambda") return false;
  const text = textAt(callee.module, callee.body);
  if (/\b(raise|sys\.exit|abort\(|assert)\b/.test(text) || /\.verify\(|verify_\w+\(/.test(text)) return false;
  return /\breturn\s+(?!None\b)\S/.test(text);
}
