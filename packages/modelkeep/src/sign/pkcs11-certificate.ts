import { certificateSigner } from "@modelkeep/signing/methods/sign-certificate";
import { CERTIFICATE_OPTIONS, certificatesFrom } from "./certificate.ts";
import type { SignMethod } from "./method.ts";
import { PKCS11_HELP, PKCS11_OPTIONS, pkcs11KeyFrom } from "./pkcs11.ts";

/** `modelkeep sign pkcs11-certificate` */
export const method: SignMethod = {
  options: { ...PKCS11_OPTIONS, ...CERTIFICATE_OPTIONS },
  help: `${PKCS11_HELP}  --signing-certificate FILE  the key's certificate, PEM (required)
  --certificate-chain FILE    what leads to the root, PEM, from the issuer on (again for more)
`,
  async signer(args) {
    const { leaf, chain } = certificatesFrom(args);
    return certificateSigner(await pkcs11KeyFrom(args), leaf, chain);
  },
};
