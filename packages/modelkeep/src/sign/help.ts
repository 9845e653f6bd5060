/** `modelkeep sign --help`: examples first. @param method the lines of one method; empty: all are named */
export const HELP = (method: string): string => `Examples
  modelkeep sign key ./model --private-key key.pem --signature model.sig
  modelkeep sign certificate ./model --private-key key.pem --signing-certificate leaf.pem \\
      --certificate-chain intermediate.pem --certificate-chain root.pem --signature model.sig
  modelkeep sign sigstore ./model --identity-token "$TOKEN" --signature model.sig
  modelkeep verify key ./model --signature model.sig --public-key key.pub

Usage: modelkeep sign METHOD MODEL [OPTIONS]

Methods: key, certificate, pkcs11-key, pkcs11-certificate, sigstore (when none is named)
${method === "" ? "\nOptions of a method: modelkeep sign METHOD --help\n" : `\nOptions of this method\n${method}`}
Options
  --signature FILE       where the signature goes (default model.sig)
  --ignore-paths PATH    leave a file or folder of the model out (again for more)
  --no-ignore-git-paths  sign .git, .gitattributes, .github and .gitignore as well
  --allow-symlinks       sign the files that links name, as long as they stay in the model
  --hash NAME            sha256, blake2b, blake3 (default sha256)
  --shard-size BYTES     hash files in shards of this size, each with its own digest
  -j, --jobs N           threads (default: one for each processor)
  --compatible           as the reference tool: pass over links to folders, names may differ by case only
  --format FORMAT        text or json
  --help

Signatures are OpenSSF Model Signing v1.0: the model_signing tool verifies them.
Exit codes: 0 signed, 2 not signed.
`;
