import { readTrustDocument, shippedRoot, trustMaterialOf } from "@modelkeep/signing/sigstore/trusted-root";
import { ambientToken, identityToken } from "@modelkeep/signing/sigstore/identity-token";
import { PUBLIC_SERVICES, servicesOf, type SigstoreServices } from "@modelkeep/signing/sigstore/services";
import { sigstoreSigner, type SigstoreSigning } from "@modelkeep/signing/sigstore/sign";
import type { Arguments } from "../signing/arguments.ts";
import type { SignMethod } from "./method.ts";

/** `modelkeep sign sigstore` */
export const method: SignMethod = {
  options: {
    "identity-token": { type: "string" },
    "use-ambient-credentials": { type: "boolean" },
    "use-staging": { type: "boolean" },
    "trust-config": { type: "string" },
    "fulcio-url": { type: "string" },
    "rekor-url": { type: "string" },
    "client-id": { type: "string" },
    "client-secret": { type: "string" },
    "oauth-force-oob": { type: "boolean" },
  },
  help: `  --identity-token TOKEN     OpenID Connect token of the signer
  --use-ambient-credentials  the environment's: SIGSTORE_ID_TOKEN, GitHub Actions (default without a token)
  --client-id ID             audience of the environment's token (default sigstore)
  --trust-config FILE        another Sigstore than the public one: whom to believe, and its addresses
  --use-staging              Sigstore's staging instance (for tests)
  --fulcio-url URL, --rekor-url URL  other addresses (Rekor of version 1)
`,
  async signer(args) {
    for (const option of ["client-secret", "oauth-force-oob"]) {
      if (args.text(option) !== undefined || args.flag(option) === true) {
        args.fail(`--${option} is for a log-in by browser, which is not there`, "give --identity-token");
      }
    }
    const chosen = serviceChoice(args);
    const jwt = args.text("identity-token");
    const token =
      jwt === undefined ? await ambientToken(args.text("client-id") ?? "sigstore") : identityToken(jwt);
    return sigstoreSigner({ ...chosen, token });
  },
};

function serviceChoice(args: Arguments): Omit<SigstoreSigning, "token"> {
  const config = args.text("trust-config");
  const instance = args.flag("use-staging") === true ? "staging" : "production";
  if (config !== undefined && instance === "staging") {
    args.fail("--trust-config and --use-staging contradict each other", "give one of them");
  }
  if (config === undefined) {
    return { root: shippedRoot(instance), services: withUrls(args, () => PUBLIC_SERVICES[instance]) };
  }
  const { root, signingConfig } = readTrustDocument(config);
  const services = withUrls(args, () =>
    signingConfig === undefined
      ? args.fail(`${config} names no services`, "give --fulcio-url and --rekor-url")
      : servicesOf(signingConfig, new Date()),
  );
  return { root: trustMaterialOf(root), services };
}

/** The options win; the rest is asked for only when one of them is missing. */
function withUrls(args: Arguments, rest: () => SigstoreServices): SigstoreServices {
  const [fulcio, rekor] = [urlOf(args, "fulcio-url"), urlOf(args, "rekor-url")];
  if (fulcio !== undefined && rekor !== undefined) return { fulcio, rekor };
  const others = rest();
  return { fulcio: fulcio ?? others.fulcio, rekor: rekor ?? others.rekor };
}

function urlOf(args: Arguments, option: string): URL | undefined {
  const given = args.text(option);
  if (given === undefined) return undefined;
  if (URL.canParse(given) && /^https?:$/u.test(new URL(given).protocol)) return new URL(given);
  return args.fail(`--${option} ${JSON.stringify(given)} is no address`, "write https://…");
}
