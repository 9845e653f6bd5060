import { createHash } from "node:crypto";
import { ModelkeepError } from "@modelkeep/findings";
import type { Policy } from "@modelkeep/scanner/policy";
import { scannerGeneration } from "@modelkeep/scanner/generation";
import type { LoaderNotice, LoaderOptions } from "../options.ts";
import { ModelCache } from "./cache.ts";
import { cacheFolder, stateFolder } from "./folder.ts";

/**
 * The cache that a loader's options and environment name.
 * @returns undefined when it is off, or nobody named one and the user's own folder cannot be used (a notice says so)
 * @throws {ModelkeepError} `CONFIGURATION` when one was named, or a fallback needs one, and it cannot be used
 */
export function openLoaderCache(
  options: LoaderOptions,
  notice: (notice: LoaderNotice) => void,
): ModelCache | undefined {
  const env = options.env ?? process.env;
  if (options.cache === false) return undefined;
  const folder = options.cache?.folder ?? cacheFolder(env);
  const needed = options.fallback === "last-verified";
  if (folder === undefined) {
    if (!needed) return undefined;
    throw new ModelkeepError(
      "CONFIGURATION",
      "fallback last-verified keeps its versions in the cache, which MODELKEEP_CACHE switches off: name a folder",
    );
  }
  const maxBytes = options.cache?.maxBytes;
  try {
    return new ModelCache(folder, stateFolder(env), {
      ...(maxBytes === undefined ? {} : { maxBytes }),
      onNotice: (found) =>
        notice(
          found.kind === "changed-bytes"
            ? {
                kind: found.kind,
                message: `a file of the cache was changed (${found.sha256}); it is not used: find out who writes in ${folder}`,
              }
            : {
                kind: found.kind,
                message: `a record of the cache is not ours or was changed (${found.record}); it is not used`,
              },
        ),
    });
  } catch (error) {
    const named = options.cache?.folder !== undefined || Boolean(env["MODELKEEP_CACHE"]);
    if (named || needed) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    notice({ kind: "no-cache", message: `nothing is kept between loads: ${reason}` });
    return undefined;
  }
}

/** Names the code and the policy that a verdict comes from. */
export function judgeName(policy: Policy): string {
  const { admit, allow, limits } = policy;
  const text = JSON.stringify({ admit: [...admit].sort(), allow: [...allow].sort(), limits });
  return `${scannerGeneration()} ${createHash("sha256").update(text).digest("hex")}`;
}
