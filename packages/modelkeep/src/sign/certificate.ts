import type { Certificate } from "@modelkeep/signing/x509/certificate";
import { certificateSigner } from "@modelkeep/signing/methods/sign-certificate";
import { parseCertificates } from "@modelkeep/signing/x509/pem";
import type { Arguments, OptionSpecs } from "../signing/arguments.ts";
import { fileOf, filesOf } from "../signing/files.ts";
import type { SignMethod } from "./method.ts";
import { privateKeyFrom } from "./password.ts";

export const CERTIFICATE_OPTIONS: OptionSpecs = {
  "signing-certificate": { type: "string" },
  "certificate-chain": { type: "string", multiple: true },
};

/** `modelkeep sign certificate` */
export const method: SignMethod = {
  options: {
    "private-key": { type: "string" },
    password: { type: "string" },
    ...CERTIFICATE_OPTIONS,
  },
  help: `  --private-key FILE          PEM; P-256, P-384, P-521 or Ed25519 (required)
  --password PASSWORD         of an encrypted key; asked for on a terminal, or MODELKEEP_KEY_PASSWORD
  --signing-certificate FILE  the key's certificate, PEM (required)
  --certificate-chain FILE    what leads to the root, PEM, from the issuer on (again for more)
`,
  async signer(args) {
    const { leaf, chain } = certificatesFrom(args);
    return certificateSigner(await privateKeyFrom(args), leaf, chain);
  },
};

/** The certificates that the options name. @throws {UsageError} {SigningError} */
export function certificatesFrom(args: Arguments): {
  readonly leaf: Certificate;
  readonly chain: readonly Certificate[];
} {
  const signing = fileOf(args, "signing-certificate");
  const [leaf, second] = parseCertificates(signing.bytes, signing.name);
  if (leaf === undefined || second !== undefined) {
    return args.fail(`${signing.name} must hold one certificate`, "give the others with --certificate-chain");
  }
  const chain = filesOf(args, "certificate-chain").flatMap(({ bytes, name }) =>
    parseCertificates(bytes, name),
  );
  return { leaf, chain };
}
