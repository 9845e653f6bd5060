import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SigningError } from "../errors.ts";
import type { Pkcs11Uri } from "./uri.ts";

/** Where distributions put modules: Fedora and SUSE, Arch, Debian (below the architecture's folder), SoftHSM. */
const FOLDERS = [
  "/usr/lib64/pkcs11",
  "/usr/lib/pkcs11",
  "/usr/local/lib/pkcs11",
  "/usr/lib/softhsm",
  "/usr/lib64",
];

/**
 * The module's file: what the URI says, else `MODELKEEP_PKCS11_MODULE`.
 * @throws {SigningError} `key-unusable` when none is named or there is no such file
 */
export function moduleOf(uri: Pkcs11Uri, env: NodeJS.ProcessEnv = process.env): string {
  const path = uri.modulePath ?? (uri.moduleName === undefined ? env["MODELKEEP_PKCS11_MODULE"] : undefined);
  if (path !== undefined && path !== "") {
    if (existsSync(path)) return path;
    throw unusable(`there is no PKCS #11 module ${path}`);
  }
  if (uri.moduleName === undefined) throw unusable("no PKCS #11 module is named");
  if (!/^[\w.+-]+$/u.test(uri.moduleName)) throw unusable("module-name in the PKCS #11 URI is no name");
  const found = candidates(uri.moduleName).find((file) => existsSync(file));
  if (found === undefined) throw unusable(`no folder of modules has a PKCS #11 module ${uri.moduleName}`);
  return found;
}

function candidates(name: string): string[] {
  const architectures = existsSync("/usr/lib")
    ? readdirSync("/usr/lib").filter((one) => one.includes("-linux-"))
    : [];
  const folders = [
    ...FOLDERS,
    ...architectures.flatMap((one) => [
      `/usr/lib/${one}/pkcs11`,
      `/usr/lib/${one}/softhsm`,
      `/usr/lib/${one}`,
    ]),
  ];
  return folders.flatMap((folder) => [join(folder, `${name}.so`), join(folder, `lib${name}.so`)]);
}

function unusable(message: string): SigningError {
  return new SigningError("key-unusable", message, {
    advice: "give module-path=… in the URI, or set MODELKEEP_PKCS11_MODULE",
  });
}
