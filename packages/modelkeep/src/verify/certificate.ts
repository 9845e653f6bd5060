import { rootCertificates } from "node:tls";
import { certificateVerifier } from "@modelkeep/signing/methods/certificate";
import type { Certificate } from "@modelkeep/signing/x509/certificate";
import { parseCertificates } from "@modelkeep/signing/x509/pem";
import type { Arguments } from "../signing/arguments.ts";
import { filesOf } from "../signing/files.ts";
import type { VerifyMethod } from "./method.ts";

/** `modelkeep verify certificate` */
export const method: VerifyMethod = {
  options: {
    "certificate-chain": { type: "string", multiple: true },
    "log-fingerprints": { type: "boolean" },
  },
  help: `  --certificate-chain FILE  trusted roots, and what may lie between, PEM (required; again for more)
  --log-fingerprints        print SHA-256 of the trusted certificates to standard error
`,
  verifier(args) {
    const given = filesOf(args, "certificate-chain").flatMap(({ bytes, name }) =>
      parseCertificates(bytes, name),
    );
    const trusted = given.length > 0 ? given : webRoots(args);
    if (args.flag("log-fingerprints") === true) for (const one of trusted) logFingerprint(one);
    return certificateVerifier(trusted);
  },
};

/** Who has a certificate of the web's authorities owns a host, no more: only the reference tool takes that for a signer. */
function webRoots(args: Arguments): readonly Certificate[] {
  if (args.flag("compatible") !== true) {
    args.fail(
      "--certificate-chain is missing",
      "name the root that you trust; --compatible takes those of the web",
    );
  }
  return parseCertificates(Buffer.from(rootCertificates.join("\n")), "the web's roots");
}

function logFingerprint({ fingerprint }: Certificate): void {
  const pairs = fingerprint.toUpperCase().match(/../gu) ?? [];
  process.stderr.write(`[  init  ] sha256 Fingerprint: ${pairs.join(":")}\n`);
}
