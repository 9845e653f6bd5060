import type { CallFact, Facts, FunctionInfo, Module } from "../python/types.ts";
import type { Node } from "../python/node.ts";
import type { PythonRule, Report } from "./rule.ts";
import { isTold, loads, meaningful, textAt, usesOf, VERIFIES } from "./verification.ts";

const DIGEST =
  /^(hashlib\.\w+(\(\))?\.(hexdigest|digest)|hmac\.(new\(\)\.(hexdigest|digest)|digest)|hashlib\.file_digest\(\)\.hexdigest)$/;

export const rule: PythonRule = {
  id: "MK2401",
  name: "verification-stub",
  title: { en: "A verification verifies nothing.", zh: "验证形同虚设。" },
  severity: "high",
  cwe: "CWE-347",
  advice: {
    en: "Compare a digest or signature of the very bytes with a value that an attacker cannot change, and stop when they differ.",
    zh: "将所加载内容的摘要或签名与攻击者无法篡改的值比较，不一致时立即停止。",
  },
  rank: 90,
  words: [
    "verif",
    "Verif",
    "check",
    "valid",
    "trust",
    "sign",
    "hash",
    "digest",
    "integrity",
    "Integrity",
    "Sign",
    "Trust",
  ],
  check(facts, report) {
    for (const fn of facts.functions) empty(fn, report);
    for (const call of facts.calls) {
      if (call.path === "=sham") sham(call, facts, report);
      else if (DIGEST.test(call.path)) unused(call, facts, report);
    }
  },
};

/** A function that says that it verifies, and says yes to everything. */
function empty(fn: FunctionInfo, report: Report): void {
  if (fn.module.test || !VERIFIES.test(fn.name) || fn.node.type === "lambda" || isAbstract(fn)) return;
  const statements = meaningful(fn);
  const [only] = statements;
  const yes =
    only?.type === "return_statement" && /^return\s*\(?\s*(True|1)\s*\)?$/.test(textAt(fn.module, only));
  const nothing = statements.length === 0 && /^_*(verify|ensure|assert)/i.test(fn.name);
  if (!((statements.length === 1 && yes) || nothing)) return;
  if (/^(is|has|check)_?(model|pickle)s?$/i.test(fn.name)) return;
  report({
    at: { module: fn.module, node: fn.node.get("name") ?? fn.node },
    message: {
      en: `${fn.name}() ${yes ? "says yes to everything" : "does nothing"}`,
      zh: `${fn.name}() ${yes ? "对任何输入都返回通过" : "没有任何操作"}`,
    },
  });
}

function isAbstract(fn: FunctionInfo): boolean {
  const body = fn.body === undefined ? "" : textAt(fn.module, fn.body);
  return (
    fn.decorators.some(({ node }) => /abstract|overload/.test(textAt(fn.module, node))) ||
    /\.\.\.\s*$|NotImplementedError/.test(body) ||
    fn.owner?.bases.some(({ refs }) =>
      refs.some((ref) => ref.kind === "ext" && /Protocol|ABC/.test(ref.path)),
    ) === true
  );
}

/** A comparison that proves nothing, where something depends on it. */
function sham(call: CallFact, { calls }: Facts, report: Report): void {
  const mark = call.receiver?.marks[0];
  if (mark === undefined || call.module.test) return;
  const about = call.fn === undefined ? "" : call.fn.name;
  const matters =
    VERIFIES.test(about) ||
    calls.some((other) => other.fn?.node === call.fn?.node && other.module === call.module && loads(other)) ||
    !/word/.test(mark.label.en);
  const operand = textAt(call.module, call.node);
  if (
    !matters ||
    (/word/.test(mark.label.en) &&
      !/path|uri|name|file|model|url|source|artifact|tag|location|ref|key/i.test(operand))
  )
    return;
  report({
    at: call,
    way: call.way,
    message: { en: `nothing is verified here: ${mark.label.en}`, zh: `此处未验证任何内容：${mark.label.zh}` },
  });
}

/** A digest that is computed and then compared with nothing. */
function unused(call: CallFact, { calls }: Facts, report: Report): void {
  const { fn, module } = call;
  if (fn?.body === undefined || fn.module !== module || module.test) return;
  const matters =
    VERIFIES.test(fn.name) ||
    calls.some((other) => other.fn?.node === fn.node && loads(other) && other.node.start > call.node.start);
  if (!matters || !isForgotten(call.node, fn.body, module)) return;
  report({
    at: call,
    way: call.way,
    message: { en: "a digest is computed, and compared with nothing", zh: "计算了摘要，但未与任何值比较" },
  });
}

function isForgotten(node: Node, body: Node, module: Module): boolean {
  const { parent } = node;
  if (parent?.type === "expression_statement") return true;
  if (parent?.type !== "assignment" || node.field !== "right") return isTold(node, module);
  const target = parent.get("left");
  if (target?.type !== "identifier") return false;
  const uses = usesOf(textAt(module, target), body, module);
  return uses.every((use) => isTold(use, module));
}
