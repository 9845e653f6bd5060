import { NOBODY, type TrustPolicy } from "@modelkeep/signing/trust/policy";

/** Which unsigned models are held to what they were at first: those of a server, all, none. */
export const BASELINE_SCOPES = ["registered", "all", "off"] as const;
export type BaselineScope = (typeof BASELINE_SCOPES)[number];

/** The `trust:` section of `modelkeep.yaml`, read. */
export interface Trust {
  readonly policy: TrustPolicy;
  readonly baseline: BaselineScope;
}

export const NO_TRUST: Trust = { policy: NOBODY, baseline: "registered" };
