import { ModelkeepError } from "@modelkeep/findings";
import { cacheFolder, ModelCache, stateFolder } from "@modelkeep/model-io";
import { UsageError } from "../command.ts";
import { readConfig } from "../config.ts";
import { shown } from "../gateway/client.ts";
import { type Options, readOptions } from "../gateway/options.ts";

const HELP = `Examples
  modelkeep cache list
  modelkeep cache verify
  modelkeep cache clear

Usage: modelkeep cache list   [--cache DIR] [--format text|json]   what is kept, and which versions a fallback would take
       modelkeep cache verify [--cache DIR] [--format text|json]   hashes every file again; removes what was changed
       modelkeep cache clear  [--cache DIR] [--all]                removes it; --all also what fallbacks need

The folder is --cache, else MODELKEEP_CACHE, else cache.folder of modelkeep.yaml, else ~/.cache/modelkeep.
verify exits 1 when a file or record was changed.
`;

/** `modelkeep cache`. @returns 0; 1 when `verify` finds that something was changed */
export async function cacheCommand(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, ["cache", "format"], ["all"]);
  if (options.flag("help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const [action, ...rest] = options.words;
  if (rest.length > 0) throw new UsageError("too many words", "see modelkeep cache --help");
  const broken: string[] = [];
  const cache = await openCache(options, broken);
  switch (action ?? "") {
    case "list":
      return await list(cache, options);
    case "verify":
      return await verify(cache, options, broken);
    case "clear": {
      const { files, bytes } = await cache.clear(options.flag("all"));
      process.stdout.write(`removed ${files} files, ${bytes} bytes\n`);
      return 0;
    }
    default:
      throw new UsageError("cache needs list, verify or clear", "see modelkeep cache --help");
  }
}

async function openCache(options: Options, broken: string[]): Promise<ModelCache> {
  const { cache } = await readConfig();
  const configured = cache["folder"];
  const named = options.text("cache") ?? (process.env["MODELKEEP_CACHE"] || configured?.toString());
  const folder = named === undefined ? cacheFolder() : named;
  if (folder === undefined || folder === "off")
    throw new ModelkeepError("CONFIGURATION", "the cache is switched off: name a folder with --cache");
  return new ModelCache(folder, stateFolder(), {
    onNotice: (notice) => {
      if (notice.kind === "broken-record") broken.push(notice.record);
    },
  });
}

async function list(cache: ModelCache, options: Options): Promise<number> {
  const blobs = await cache.blobs.list();
  const verified = await cache.verified();
  const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
  const folder = cache.paths.root;
  if (options.text("format") === "json") {
    process.stdout.write(`${JSON.stringify({ folder, files: blobs.length, bytes, blobs, verified })}\n`);
    return 0;
  }
  process.stdout.write(`${shown(folder)}: ${blobs.length} files, ${bytes} bytes\n`);
  for (const { uri, version, digest, time } of verified) {
    const which = version === undefined ? "" : ` version ${version}`;
    const line = `last verified: ${uri}${which} sha256:${digest} ${new Date(time).toISOString()}`;
    process.stdout.write(`${shown(line)}\n`);
  }
  return 0;
}

async function verify(cache: ModelCache, options: Options, broken: readonly string[]): Promise<number> {
  const blobs = await cache.blobs.list();
  const changed: string[] = [];
  for (const { sha256 } of blobs) if (!(await cache.blobs.verify(sha256))) changed.push(sha256);
  await cache.verified();
  const whole = changed.length === 0 && broken.length === 0;
  if (options.text("format") === "json") {
    process.stdout.write(`${JSON.stringify({ whole, files: blobs.length, changed, broken })}\n`);
  } else if (whole) process.stdout.write(`the cache is whole: ${blobs.length} files, every hash fits\n`);
  else {
    for (const sha256 of changed) process.stdout.write(`CHANGED, removed: ${sha256}\n`);
    for (const record of broken) process.stdout.write(`CHANGED, not used: ${shown(record)}\n`);
  }
  return whole ? 0 : 1;
}
