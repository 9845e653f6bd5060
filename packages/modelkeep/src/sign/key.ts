import { keySigner } from "@modelkeep/signing/methods/sign-key";
import { privateKeyFrom } from "./password.ts";
import type { SignMethod } from "./method.ts";

/** `modelkeep sign key` */
export const method: SignMethod = {
  options: { "private-key": { type: "string" }, password: { type: "string" } },
  help: `  --private-key FILE     PEM; P-256, P-384, P-521 or Ed25519 (required)
  --password PASSWORD    of an encrypted key; asked for on a terminal, or MODELKEEP_KEY_PASSWORD
`,
  async signer(args) {
    return keySigner(await privateKeyFrom(args));
  },
};
