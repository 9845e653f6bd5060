import { keyVerifier } from "@modelkeep/signing/methods/key";
import { parsePublicKey } from "@modelkeep/signing/methods/public-key";
import { filesOf } from "../signing/files.ts";
import type { VerifyMethod } from "./method.ts";

/** `modelkeep verify key` */
export const method: VerifyMethod = {
  options: { "public-key": { type: "string", multiple: true } },
  help: `  --public-key FILE      PEM; P-256, P-384, P-521 or Ed25519 (required; given again: each must have signed)
`,
  verifier(args) {
    const files = filesOf(args, "public-key");
    if (files.length === 0) args.fail("--public-key is missing", "see --help");
    return keyVerifier(files.map(({ bytes, name }) => parsePublicKey(bytes, name)));
  },
};
