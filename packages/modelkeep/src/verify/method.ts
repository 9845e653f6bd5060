import type { Verifier } from "@modelkeep/signing/verifier";
import type { Arguments, OptionSpecs } from "../signing/arguments.ts";

/** One way to verify: `modelkeep verify NAME`. Each has a file of its name beside this one. */
export interface VerifyMethod {
  /** Besides the common ones. */
  readonly options: OptionSpecs;
  /** The lines of `--help` about them. */
  readonly help: string;
  /**
   * Reads keys, certificates and the like, before anything of the signature is looked at.
   * @throws {UsageError} {SigningError}
   */
  verifier(args: Arguments): Verifier | Promise<Verifier>;
}
