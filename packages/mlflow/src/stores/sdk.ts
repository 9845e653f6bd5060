import { Readable } from "node:stream";
import { MlflowError } from "../error.ts";

/**
 * Imports an optional package when it is first needed.
 * @throws {MlflowError} `configuration` says which package to install
 */
export async function optionalPackage<Module>(
  name: string,
  purpose: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw new MlflowError(
      "configuration",
      `${purpose} needs the package ${name}, which is not installed: npm install ${name}`,
      { cause },
    );
  }
}

function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "ERR_MODULE_NOT_FOUND" &&
    error.message.includes(name)
  );
}

/** A boolean of the environment, as MLflow reads them. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && ["true", "1"].includes(value.toLowerCase());
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Ends a SDK's body that nobody reads. */
export function destroy(body: unknown): void {
  if (body instanceof Readable) body.destroy();
}
