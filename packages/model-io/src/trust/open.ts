import { NO_TRUST, type Trust } from "./trust.ts";

/**
 * The trust policy in force. Keys, certificates and Sigstore are code that a loader without one never touches.
 * @param given read already, or a configuration file; undefined: nobody is trusted
 * @throws {ModelkeepError} `CONFIGURATION`
 */
export async function openTrust(given: Trust | string | undefined): Promise<Trust> {
  if (typeof given !== "string") return given ?? NO_TRUST;
  const { loadTrust } = await import("./policy-file.ts");
  return loadTrust(given);
}
