import { readTrustConfig, shippedRoot } from "@modelkeep/signing/sigstore/trusted-root";
import { sigstoreVerifier } from "@modelkeep/signing/sigstore/verify";
import type { VerifyMethod } from "./method.ts";

/** `modelkeep verify sigstore` */
export const method: VerifyMethod = {
  options: {
    identity: { type: "string" },
    "identity-provider": { type: "string" },
    "use-staging": { type: "boolean" },
    "trust-config": { type: "string" },
  },
  help: `  --identity NAME           who must have signed, letter for letter: a mail address, a workflow's URI (required)
  --identity-provider URL   who must have vouched for it, letter for letter (required)
  --trust-config FILE       whom to believe instead of the public Sigstore: a client trust configuration or a trusted root
  --use-staging             believe Sigstore's staging instance (for tests)
`,
  verifier(args) {
    const [identity, issuer] = [args.required("identity"), args.required("identity-provider")];
    const config = args.text("trust-config");
    const staging = args.flag("use-staging") === true;
    if (config !== undefined && staging) {
      args.fail("--trust-config and --use-staging contradict each other", "give one of them");
    }
    const root =
      config === undefined ? shippedRoot(staging ? "staging" : "production") : readTrustConfig(config);
    return sigstoreVerifier({ root, identity, issuer });
  },
};
