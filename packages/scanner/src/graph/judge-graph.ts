import type { Rule } from "@modelkeep/findings";
import type { CallValue, Fact, GlobalValue, Value } from "@modelkeep/formats";
import type { AllowEntry } from "../allowlist/entry.ts";
import type { Collector } from "../collector.ts";
import { rule as indirectCall } from "../rules/mk1010.ts";
import { rule as globalModified } from "../rules/mk1011.ts";
import { rule as carriedCode } from "../rules/mk1101.ts";
import { rule as carriedReach } from "../rules/mk1102.ts";
import { rule as unlisted } from "../rules/mk1201.ts";
import { rule as contractBreach } from "../rules/mk1202.ts";
import { rule as oddEffect } from "../rules/mk1204.ts";
import { rule as codePaths } from "../rules/mk1401.ts";
import { bytecodeNames } from "./bytecode.ts";
import { carriedGlobals, isCarrierCall } from "./carriers.ts";
import { type Decision, Decisions, type JudgeContext } from "./decide.ts";
import { describe } from "./describe.ts";
import { misplacedTrees } from "./native-parts.ts";
import { judgePersistent } from "./persistent.ts";
import { referencedGlobals } from "./references.ts";

type GraphFact = Extract<Fact, { kind: "graph" }>;

/** Judges one object graph: every import, every call, every change of something that exists already. */
export function judgeGraph(fact: GraphFact, context: JudgeContext, into: Collector): void {
  const { graph } = fact;
  if (graph.globals.length > 0 || graph.calls.length > 0 || graph.effects.length > 0)
    into.raise("allowlisted");
  const judge = new GraphJudge(fact, context, into);
  for (const call of graph.calls) judge.call(call);
  judge.imports();
  judge.effects();
  judge.placement();
  judgePersistent(fact, into);
}

class GraphJudge {
  readonly #fact: GraphFact;
  readonly #into: Collector;
  readonly #decisions: Decisions;
  /** Names that a call has already been reported for. */
  readonly #called = new Set<string>();
  /** Undefined when nothing rebuilds code; else the globals that stand inside what is rebuilt. */
  readonly #carried: ReadonlySet<GlobalValue> | undefined;

  constructor(fact: GraphFact, context: JudgeContext, into: Collector) {
    this.#fact = fact;
    this.#into = into;
    this.#decisions = new Decisions(context);
    const carries = fact.graph.globals.some((value) => this.#decisions.of(value).kind === "carrier");
    this.#carried = carries ? carriedGlobals(fact.graph.calls) : undefined;
  }

  call(call: CallValue): void {
    const { callee } = call;
    if (callee.kind === "global") this.#callGlobal(call, callee);
    else this.#callIndirect(call);
  }

  #callGlobal(call: CallValue, callee: GlobalValue): void {
    const decision = this.#decisions.of(callee);
    switch (decision.kind) {
      case "allowed":
        this.#checkContract(call, callee, decision.entry.call);
        return;
      case "trusted":
        return;
      case "carrier":
        this.#carrierCall(call, callee);
        return;
      case "local":
      case "reach":
      case "unlisted":
        this.#refuse(callee, call);
        return;
      default:
        decision satisfies never;
    }
  }

  #checkContract(call: CallValue, callee: GlobalValue, contract: Contract): void {
    const name = `${callee.module}.${callee.name}`;
    if (contract === undefined) {
      this.#report(
        contractBreach,
        `${name} is listed as data only, yet it is called`,
        call.offset,
        call,
        name,
      );
      return;
    }
    const breach = contract(call);
    if (breach === undefined) return;
    this.#report(contractBreach, `${name}: ${breach.reason}`, breach.at, call, `${name} ${breach.reason}`);
  }

  /** Calling what carried code rebuilt runs that code; calling any other result cannot be explained. */
  #callIndirect(call: CallValue): void {
    if (call.callee.kind === "call" && isCarrierCall(call.callee)) {
      this.#report(carriedCode, "calls code that came with the model", call.offset, call, "rebuilds");
      this.#tellingNames(call);
      return;
    }
    this.#report(
      indirectCall,
      `calls ${WHAT[call.callee.kind]} instead of a named constructor`,
      call.offset,
      call,
    );
  }

  #carrierCall(call: CallValue, callee: GlobalValue): void {
    const name = `${callee.module}.${callee.name}`;
    this.#called.add(name);
    this.#report(
      carriedCode,
      `${name} rebuilds code that came with the model`,
      call.offset,
      call,
      "rebuilds",
    );
    this.#tellingNames(call);
  }

  #tellingNames(call: CallValue): void {
    const reaching = bytecodeNames(call);
    if (reaching.length === 0) return;
    const names = reaching.join(", ");
    this.#into.add(carriedReach, `code that came with the model names ${names}`, this.#at(call.offset), {
      evidence: names,
    });
  }

  /** What is imported and not called: an import alone runs a module, and a reference may be called later. */
  imports(): void {
    let referenced: ReadonlySet<GlobalValue> | undefined;
    for (const value of this.#fact.graph.globals) {
      const decision = this.#decisions.of(value);
      if (decision.kind === "allowed") {
        if (mayBeValue(decision.entry) || this.#carried?.has(value) === true) continue;
        referenced ??= referencedGlobals(this.#fact.graph);
        if (referenced.has(value)) this.#refuseReference(value);
      } else if (decision.kind !== "trusted") {
        this.#refuse(value, undefined);
      }
    }
  }

  #refuseReference(value: GlobalValue): void {
    const name = `${value.module}.${value.name}`;
    const message = `${name} is listed as a constructor only, yet it is passed on as a value`;
    this.#report(contractBreach, message, value.offset, value, name);
  }

  #refuse(value: GlobalValue, call: CallValue | undefined): void {
    const name = `${value.module}.${value.name}`;
    if (call === undefined && this.#called.has(name)) return;
    if (call !== undefined) this.#called.add(name);
    const decision = this.#decisions.of(value);
    if (decision.kind === "allowed" || decision.kind === "trusted") return;
    if (this.#isCarried(value, decision, call)) {
      this.#carriedReference(value, decision.kind === "reach" ? decision.rule.does : "is on no allowlist");
      return;
    }
    const [rule, why] = refusalOf(decision);
    const verb = call === undefined ? "imports" : "calls";
    this.#report(rule, `${verb} ${name}, which ${why}`, (call ?? value).offset, call ?? value, name);
  }

  /**
   * Beside code that came along, a name on no list adds nothing to what that code may do: the file is executable
   * already. What reaches out is excused only as data of that code, never when the file itself calls it.
   */
  #isCarried(value: GlobalValue, decision: Decision, call: CallValue | undefined): boolean {
    if (this.#carried === undefined) return false;
    if (decision.kind === "unlisted") return true;
    return decision.kind === "reach" && call === undefined && this.#carried.has(value);
  }

  #carriedReference(value: GlobalValue, does: string): void {
    const name = `${value.module}.${value.name}`;
    const message = `code that came with the model refers to ${name}, which ${does}`;
    this.#report(carriedReach, message, value.offset, value, name);
  }

  /** Native parts that are safe only where their owner looks after them. */
  placement(): void {
    for (const call of misplacedTrees(this.#fact.graph)) {
      const name = "sklearn.tree._tree.Tree";
      this.#report(contractBreach, `${name} stands outside of an estimator's tree_`, call.offset, call, name);
    }
  }

  effects(): void {
    for (const effect of this.#fact.graph.effects) {
      const { target } = effect;
      const shown = `${effect.op} of ${describe(target)} with ${effect.operands.map((item) => describe(item, 1)).join(", ")}`;
      const more = { evidence: shown, sameAs: `${effect.op} ${describe(target)}` };
      if (target.kind === "global") {
        const message = `changes ${target.module}.${target.name} of the process that loads it`;
        this.#into.add(globalModified, message, this.#at(effect.offset), more);
      } else {
        const message = `updates ${WHAT[target.kind]} by ${effect.op}`;
        this.#into.add(oddEffect, message, this.#at(effect.offset), more);
      }
    }
  }

  #report(
    rule: Parameters<Collector["add"]>[0],
    message: string,
    offset: number,
    evidence: Value,
    sameAs?: string,
  ): void {
    const more = { evidence: describe(evidence), ...(sameAs === undefined ? {} : { sameAs }) };
    this.#into.add(rule, message, this.#at(offset), more);
  }

  #at(offset: number): { part: string; offset: number } {
    return { part: this.#fact.at.part, offset };
  }
}

function mayBeValue(entry: AllowEntry): boolean {
  return entry.reference && entry.classOnly !== true;
}

function refusalOf(decision: Exclude<Decision, { kind: "allowed" | "trusted" }>): [Rule, string] {
  switch (decision.kind) {
    case "reach":
      return [decision.rule, decision.rule.does];
    case "local":
      return [codePaths, "lies in the model's own code folder"];
    case "carrier":
      return [carriedCode, "rebuilds code that came with the model"];
    case "unlisted":
      return [unlisted, "is on no allowlist"];
    default:
      return decision satisfies never;
  }
}

type Contract = ((call: CallValue) => { reason: string; at: number } | undefined) | undefined;

const WHAT: Readonly<Record<Value["kind"], string>> = {
  none: "None",
  bool: "a bool",
  int: "an int",
  float: "a float",
  str: "a str",
  bytes: "bytes",
  list: "a list",
  tuple: "a tuple",
  dict: "a dict",
  set: "a set",
  global: "a global",
  call: "the result of another call",
  persistent: "a persistent object",
  buffer: "an out-of-band buffer",
  array: "an array",
};
