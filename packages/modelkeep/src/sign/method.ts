import type { BundleSigner } from "@modelkeep/signing/sign";
import type { Arguments, OptionSpecs } from "../signing/arguments.ts";

/** One way to sign: `modelkeep sign NAME`. Each has a file of its name beside this one. */
export interface SignMethod {
  /** Besides the common ones. */
  readonly options: OptionSpecs;
  /** The lines of `--help` about them. */
  readonly help: string;
  /**
   * Reads keys and the like, before the model is hashed.
   * @throws {UsageError} {SigningError}
   */
  signer(args: Arguments): BundleSigner | Promise<BundleSigner>;
}
