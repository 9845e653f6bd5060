import { keySigner } from "@modelkeep/signing/methods/sign-key";
import type { SignMethod } from "./method.ts";
import { PKCS11_HELP, PKCS11_OPTIONS, pkcs11KeyFrom } from "./pkcs11.ts";

/** `modelkeep sign pkcs11-key` */
export const method: SignMethod = {
  options: PKCS11_OPTIONS,
  help: PKCS11_HELP,
  async signer(args) {
    return keySigner(await pkcs11KeyFrom(args));
  },
};
