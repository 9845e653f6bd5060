/** `modelkeep verify --help`: examples first. @param method the lines of one method; empty: all are named */
export const HELP = (method: string): string => `Examples
  modelkeep verify key ./model --signature model.sig --public-key key.pub
  modelkeep verify certificate ./model --signature model.sig --certificate-chain root.pem
  modelkeep verify sigstore ./model --signature model.sig --identity ada@example.com --identity-provider https://accounts.google.com
  modelkeep verify key ./model --signature model.sig --public-key key.pub --format json

Usage: modelkeep verify METHOD MODEL --signature FILE [OPTIONS]

Methods: key, certificate, sigstore (when none is named)
${method === "" ? "\nOptions of a method: modelkeep verify METHOD --help\n" : `\nOptions of this method\n${method}`}
Options
  --signature FILE         the signature (required)
  --ignore-paths PATH      do not look at a file or folder of the model (again for more)
  --ignore-git-paths       do not look at .git, .gitattributes, .github and .gitignore (default: .github counts)
  --no-ignore-git-paths    they all count
  --ignore-unsigned-files  look at the signed files only
  --allow-symlinks         follow links to files, as long as they stay in the model
  --compatible             accept what the reference tool accepts (docs/signing.md lists it)
  -j, --jobs N             threads (default: one for each processor)
  --format FORMAT          text or json
  --help

Exit codes: 0 verified, 1 not verified, 2 the work could not be done.
`;
