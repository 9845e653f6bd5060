import type { GlobalValue } from "@modelkeep/formats";
import type { AllowEntry } from "../allowlist/entry.ts";
import { lookup } from "../allowlist/index.ts";
import type { Policy } from "../policy.ts";
import { findReach } from "../rules/find-reach.ts";
import type { ReachRule } from "../rules/reach.ts";
import { isCarrier } from "./carriers.ts";
import { lookupTorch } from "./torch.ts";

/** What is known of one global. */
export type Decision =
  | { readonly kind: "allowed"; readonly entry: AllowEntry }
  /** the policy lists it: any use is allowed */
  | { readonly kind: "trusted" }
  /** rebuilds code that came with the model */
  | { readonly kind: "carrier" }
  /** lies in the model's own code folder */
  | { readonly kind: "local" }
  | { readonly kind: "reach"; readonly rule: ReachRule }
  | { readonly kind: "unlisted" };

/** What the judge knows beyond the file itself. */
export interface JudgeContext {
  readonly policy: Policy;
  /** Top-level modules that the model's own code folder provides. */
  readonly localModules: ReadonlySet<string>;
  /** Bytes of the file; explained must reach it. */
  readonly size?: number;
}

/** Decides each name once per graph; a forest mentions the same few a million times. */
export class Decisions {
  readonly #context: JudgeContext;
  readonly #known = new Map<string, Decision>();
  readonly #byValue = new Map<GlobalValue, Decision>();

  constructor(context: JudgeContext) {
    this.#context = context;
  }

  of(value: GlobalValue): Decision {
    let decision = this.#byValue.get(value);
    if (decision === undefined) {
      decision = this.#named(value.module, value.name);
      this.#byValue.set(value, decision);
    }
    return decision;
  }

  #named(module: string, name: string): Decision {
    const key = `${module}\0${name}`;
    let decision = this.#known.get(key);
    if (decision === undefined) {
      decision = decide(module, name, this.#context);
      this.#known.set(key, decision);
    }
    return decision;
  }
}

function decide(module: string, name: string, context: JudgeContext): Decision {
  const entry = lookup(module, name) ?? lookupTorch(module, name);
  if (entry !== undefined) return { kind: "allowed", entry };
  if (isCarrier(module, name)) return { kind: "carrier" };
  // Before the policy: what reaches out cannot be allowed by a list.
  const rule = findReach(module, name);
  if (rule !== undefined) return { kind: "reach", rule };
  if (context.policy.allow.has(`${module}.${name}`)) return { kind: "trusted" };
  if (context.localModules.has(module.split(".", 1)[0] ?? "")) return { kind: "local" };
  return { kind: "unlisted" };
}
