import type { PrivateKey } from "@modelkeep/signing/methods/private-key";
import { pkcs11Key, pinOf } from "@modelkeep/signing/pkcs11/key";
import { parsePkcs11Uri } from "@modelkeep/signing/pkcs11/uri";
import type { Arguments, OptionSpecs } from "../signing/arguments.ts";
import { ask } from "./password.ts";

export const PKCS11_OPTIONS: OptionSpecs = { "pkcs11-uri": { type: "string" } };

export const PKCS11_HELP = `  --pkcs11-uri URI       the private key: pkcs11:token=LABEL;object=KEY?module-path=FILE (RFC 7512; required)
                         The PIN: pin-source=file:FILE in the URI, MODELKEEP_PKCS11_PIN, or asked for on a terminal.
                         Needs pkcs11-tool of OpenSC.
`;

/** The key in a token that `--pkcs11-uri` names. @throws {SigningError} `key-unusable`, `io` */
export async function pkcs11KeyFrom(args: Arguments): Promise<PrivateKey> {
  const uri = parsePkcs11Uri(args.required("pkcs11-uri"));
  const given = pinOf(uri) ?? process.env["MODELKEEP_PKCS11_PIN"];
  if (given !== undefined && given !== "") return pkcs11Key(uri, given);
  return pkcs11Key(
    uri,
    process.stdin.isTTY && process.stderr.isTTY ? await ask("PIN of the token: ") : undefined,
  );
}
