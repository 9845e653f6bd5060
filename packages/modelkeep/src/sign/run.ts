import { renameSync, rmSync, writeFileSync } from "node:fs";
import { SigningError } from "@modelkeep/signing/errors";
import type { GitPaths } from "@modelkeep/signing/hash/ignore";
import { type HashMethod, hashModel } from "@modelkeep/signing/hash/model";
import type { Manifest } from "@modelkeep/signing/manifest/manifest";
import { signManifest } from "@modelkeep/signing/sign";
import { Arguments } from "../signing/arguments.ts";
import { choose } from "../signing/choose.ts";
import { COMMON_OPTIONS, type Common, gitPathsOf, readCommon } from "../signing/common.ts";
import { progress } from "../signing/progress.ts";
import { HELP } from "./help.ts";
import { readHashMethod, HASH_OPTIONS } from "./hash-options.ts";
import { SIGN_METHODS } from "./methods.ts";
import { warnOfUnsigned } from "./warn.ts";

/** What the reference tool calls the file when nobody says. */
const DEFAULT_SIGNATURE = "model.sig";

/** Does what `modelkeep sign` was asked. @returns 0 signed; whatever prevents it is thrown */
export async function runSign(argv: readonly string[]): Promise<number> {
  if (argv.length === 0 || argv[0] === "--help" || argv[0] === "-h") return help("");
  const { name, method, rest } = await choose("sign", argv, SIGN_METHODS);
  const args = new Arguments(`sign ${name}`, rest, { ...COMMON_OPTIONS, ...HASH_OPTIONS, ...method.options });
  if (args.flag("help") === true) return help(method.help);
  const common = readCommon(args, DEFAULT_SIGNATURE);
  const hashMethod = readHashMethod(args);
  const gitPaths = gitPathsOf(common.ignoreGitPaths, "all");
  const signer = await method.signer(args);
  const manifest = await hash(common, hashMethod, gitPaths);
  write(common.signature, await signManifest(manifest, signer, common));
  report(common, manifest, name);
  warnOfUnsigned(common.model, gitPaths, common.ignoreGitPaths);
  return 0;
}

function help(method: string): number {
  process.stdout.write(HELP(method));
  return 0;
}

async function hash(common: Common, method: HashMethod, gitPaths: GitPaths): Promise<Manifest> {
  using bar = progress();
  return await hashModel(common.model, {
    method,
    ignorePaths: common.ignorePaths,
    gitPaths,
    allowSymlinks: common.allowSymlinks,
    compatible: common.compatible,
    blocking: true,
    onBytes: bar.add,
    ...(common.jobs === undefined ? {} : { jobs: common.jobs }),
  });
}

/** A signature is there whole or not at all. */
function write(path: string, bytes: Uint8Array): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, bytes, { flag: "wx" });
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SigningError("io", `cannot write the signature: ${reason}`, { cause });
  }
}

function report({ format, model, signature }: Common, manifest: Manifest, method: string): void {
  const files = new Set(manifest.resources.map(({ path }) => path)).size;
  const document = { signed: true, model, signature, method, files, hashing: manifest.serialization };
  process.stdout.write(format === "json" ? `${JSON.stringify(document)}\n` : "Signing succeeded\n");
}
