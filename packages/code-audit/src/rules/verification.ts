import type { CallFact, FunctionInfo, Module } from "../python/types.ts";
import { descendants, type Node } from "../python/node.ts";
import { loadsModel } from "./mk2001.ts";
import { unpickles } from "./mk2002.ts";
import { loadsTensors } from "./mk2004.ts";

/** Names of functions that are there to find out whether something may be trusted. */
export const VERIFIES =
  /^_*(verify|verified|validate|check|ensure|is|has|assert|confirm|authenticate|verifies|test)_?\w*(signature|sign|signed|integrity|hash|digest|checksum|sha\d*|trusted|trust|provenance|authentic|verified|tamper\w*|safe|pickle|origin|attestation|allowed_model|model|artifact|bundle)\w*$|^_*(verify|verify_\w+|verifySignature|verifyModel|checkSignature|checkHash|checkIntegrity|isTrusted|isSigned)$/i;

/** Whether a call loads something that can run code. */
export function loads(call: CallFact): boolean {
  return loadsModel(call) || unpickles(call) || loadsTensors(call) !== undefined;
}

export function textAt(module: Module, node: Node): string {
  return module.source.text.slice(node.start, node.end);
}

/** Statements of a body without texts that explain, logging, and `pass`. */
export function meaningful(fn: FunctionInfo): readonly Node[] {
  return (fn.body?.kids ?? []).filter((statement) => {
    if (statement.type === "pass_statement") return false;
    const [only] = statement.kids;
    if (statement.type !== "expression_statement" || only === undefined) return true;
    return (
      only.type !== "string" &&
      only.type !== "concatenated_string" &&
      !(only.type === "call" && isLog(fn.module, only))
    );
  });
}

/** Whether a call only tells somebody. */
export function isLog(module: Module, call: Node): boolean {
  const callee = call.get("function");
  return (
    callee !== undefined &&
    /^(print|pprint|(\w+\.)*_?(log|logger|logging|LOG|LOGGER|console|st)\.\w+|warnings\.warn|click\.echo|typer\.echo|sys\.std(out|err)\.write|mlflow\.(log_param|set_tag|log_metric))$/.test(
      textAt(module, callee),
    )
  );
}

/** Uses of a name in a function, but for where it gets its value. */
export function usesOf(name: string, top: Node, module: Module): readonly Node[] {
  const uses: Node[] = [];
  for (const node of descendants(top)) {
    if (
      node.type === "identifier" &&
      node.field !== "left" &&
      node.field !== "name" &&
      node.field !== "attribute" &&
      textAt(module, node) === name
    )
      uses.push(node);
  }
  return uses;
}

/** Whether a node is inside of a call that only tells somebody. */
export function isTold(node: Node, module: Module): boolean {
  for (let up = node.parent; up !== undefined && !up.type.endsWith("statement"); up = up.parent) {
    if (up.type === "call" && isLog(module, up)) return true;
    if (up.type === "comparison_operator") return false;
  }
  return false;
}
