import type { HashMethod } from "@modelkeep/signing/hash/model";
import { HASH_ALGORITHMS } from "@modelkeep/signing/manifest/manifest";
import type { Arguments, OptionSpecs } from "../signing/arguments.ts";

/** How to hash, for `sign`: the reference command has no such options, its library has. */
export const HASH_OPTIONS: OptionSpecs = { hash: { type: "string" }, "shard-size": { type: "string" } };

/** @throws {UsageError} */
export function readHashMethod(args: Arguments): HashMethod {
  const name = args.text("hash") ?? "sha256";
  const hashType = HASH_ALGORITHMS.find((one) => one === name);
  if (hashType === undefined) {
    return args.fail(`unknown hash ${JSON.stringify(name)}`, `use one of ${HASH_ALGORITHMS.join(", ")}`);
  }
  const size = args.text("shard-size");
  if (size === undefined) return { method: "files", hashType };
  const shardSize = /^[1-9][0-9]{0,15}$/u.test(size) ? Number(size) : 0;
  if (!Number.isSafeInteger(shardSize) || shardSize === 0) {
    return args.fail(
      `--shard-size ${JSON.stringify(size)} is no number of bytes`,
      "use 1000000000 or the like",
    );
  }
  return { method: "shards", hashType, shardSize };
}
