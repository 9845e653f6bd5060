import { SigningError } from "@modelkeep/signing/errors";
import { readBundle } from "@modelkeep/signing/bundle/read";
import type { Verifier } from "@modelkeep/signing/verifier";
import { compareModel, verifyBundle } from "@modelkeep/signing/verify";
import { Arguments } from "../signing/arguments.ts";
import { choose } from "../signing/choose.ts";
import { COMMON_OPTIONS, type Common, gitPathsOf, readCommon } from "../signing/common.ts";
import { progress } from "../signing/progress.ts";
import { HELP } from "./help.ts";
import { VERIFY_METHODS } from "./methods.ts";
import { type Answer, report } from "./report.ts";

/** Does what `modelkeep verify` was asked. @returns 0 verified, 1 not verified; what prevents the work is thrown */
export async function runVerify(argv: readonly string[]): Promise<number> {
  if (argv.length === 0 || argv[0] === "--help" || argv[0] === "-h") return help("");
  const { name, method, rest } = await choose("verify", argv, VERIFY_METHODS);
  const options = {
    ...COMMON_OPTIONS,
    "ignore-unsigned-files": { type: "boolean" },
    ...method.options,
  } as const;
  const args = new Arguments(`verify ${name}`, rest, options);
  if (args.flag("help") === true) return help(method.help);
  const common = readCommon(args, undefined);
  const verifier = await method.verifier(args);
  return report(common, name, await answer(common, verifier, args.flag("ignore-unsigned-files") === true));
}

function help(method: string): number {
  process.stdout.write(HELP(method));
  return 0;
}

async function answer(common: Common, verifier: Verifier, ignoreUnsignedFiles: boolean): Promise<Answer> {
  try {
    return await verify(common, verifier, ignoreUnsignedFiles);
  } catch (error) {
    if (error instanceof SigningError && error.isAnswer) return { error };
    throw error;
  }
}

async function verify(common: Common, verifier: Verifier, ignoreUnsignedFiles: boolean): Promise<Answer> {
  const { model, signature, compatible, ignorePaths, allowSymlinks, jobs } = common;
  const bundle = readBundle(signature);
  const verified = await verifyBundle(bundle, verifier, { compatible, now: new Date() });
  using bar = progress();
  const comparison = await compareModel(model, verified.manifest, {
    ignorePaths,
    gitPaths: gitPathsOf(common.ignoreGitPaths, compatible ? "all" : "repository"),
    allowSymlinks,
    ignoreUnsignedFiles,
    compatible,
    blocking: true,
    onBytes: bar.add,
    ...(jobs === undefined ? {} : { jobs }),
  });
  return { ...verified, ...comparison };
}
