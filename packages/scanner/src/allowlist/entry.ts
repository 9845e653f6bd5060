import type { CallValue } from "@modelkeep/formats";

/** One global that a model may name, with the contract of its calls. */
export interface AllowEntry {
  readonly module: string;
  readonly name: string;
  /** May stand in the graph without being called (as a dtype, a class argument, a default factory). */
  readonly reference: boolean;
  /** Only where a call makes or restores it and its contract looks at that: its initialiser may do more than restoring does. */
  readonly classOnly?: true;
  /** Judges one call of it. Returns undefined when inside the contract, else the reason it is outside. Absent: must not be called. */
  readonly call?: (call: CallValue) => ContractBreach | undefined;
  /** Where it was seen: library and versions. */
  readonly evidence: string;
}

export interface ContractBreach {
  readonly reason: string;
  /** Offset. */
  readonly at: number;
}
