import { MlflowError } from "../error.ts";

/** A URI that is not understood. @param advice what to write instead */
export function fault(what: string, advice: string): MlflowError {
  return new MlflowError("configuration", `${what}: ${advice}`);
}

/** Percent signs resolved. @throws {MlflowError} `configuration` */
export function decode(text: string, uri: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new MlflowError("configuration", `${uri} is encoded wrongly: check its % signs`, { cause });
  }
}

/** A path without empty names. @throws {MlflowError} `configuration` when it leaves its folder */
export function splitPath(path: string, uri: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.some((part) => part === "." || part === ".." || part.includes("\\"))) {
    throw fault(`${uri} leaves its folder`, "remove . and .. from it");
  }
  return parts.join("/");
}
