import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";

/** How bytes and verdicts are kept between loads. */
export interface CacheOptions {
  /** Default `MODELKEEP_CACHE`, else the user's cache folder. */
  readonly folder?: string;
  /** Bytes of all kept files; the longest unused go first. What a fallback may need stays. Default 20 GiB. */
  readonly maxBytes?: number;
}

export const DEFAULT_MAX_BYTES = 20 * 2 ** 30;

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns undefined when the cache is switched off by `MODELKEEP_CACHE=off` */
export function cacheFolder(env: Environment = process.env): string | undefined {
  const named = env["MODELKEEP_CACHE"];
  if (named === "off") return undefined;
  return named || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "modelkeep");
}

/** Where the key lies that seals what the cache says of its files: not where the cache itself is. */
export function stateFolder(env: Environment = process.env): string {
  return (
    env["MODELKEEP_STATE"] || join(env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "modelkeep")
  );
}

/** The cache's folders. */
export interface CachePaths {
  readonly root: string;
  readonly blobs: string;
  readonly partial: string;
  readonly sources: string;
  readonly verdicts: string;
  readonly verified: string;
}

/**
 * Makes the cache's folders, for this user only.
 * @throws {ModelkeepError} `CONFIGURATION` when others may write there, or nobody may
 */
export function openCacheFolder(root: string): CachePaths {
  const paths = {
    root,
    blobs: join(root, "blobs"),
    partial: join(root, "partial"),
    sources: join(root, "sources"),
    verdicts: join(root, "verdicts"),
    verified: join(root, "verified"),
  };
  try {
    for (const path of Object.values(paths)) mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(root, cause instanceof Error ? cause.message : String(cause), cause);
  }
  for (const path of Object.values(paths)) requireOurs(path);
  return paths;
}

/** @throws {ModelkeepError} `CONFIGURATION` when somebody else could change what lies there */
export function requireOurs(path: string): void {
  const { uid, mode } = statSync(path);
  if (uid !== process.getuid?.()) throw unusable(path, "it belongs to somebody else");
  if ((mode & 0o022) !== 0) throw unusable(path, "others may write there");
}

function unusable(path: string, why: string, cause?: unknown): ModelkeepError {
  return new ModelkeepError(
    "CONFIGURATION",
    `the folder ${path} cannot be used: ${why}: choose another by MODELKEEP_CACHE (or MODELKEEP_STATE), or MODELKEEP_CACHE=off`,
    { cause },
  );
}

/** A file name for anything. */
export function hashedName(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}
