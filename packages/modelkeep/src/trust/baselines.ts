import { SecureMLflowLoader } from "@modelkeep/model-io";
import { Baselines } from "@modelkeep/model-io/trust/baseline";
import { baselineStore } from "@modelkeep/model-io/trust/step";
import { ModelkeepError } from "@modelkeep/findings";
import { printable } from "@modelkeep/findings/escape";
import { loaderOptions } from "../predict/options.ts";

/** Prints all baselines in force. */
export function listBaselines(format: "text" | "json"): number {
  const baselines = new Baselines(baselineStore()).list();
  if (format === "json") {
    process.stdout.write(`${JSON.stringify({ baselines })}\n`);
    return 0;
  }
  for (const { key, digest, at, files } of baselines) {
    const count = Object.keys(files).length;
    process.stdout.write(`${printable(key)}\n  ${digest}, ${count} files, since ${printable(at)}\n`);
  }
  if (baselines.length === 0) process.stderr.write("no baselines are recorded\n");
  return 0;
}

/** Records the model, as it is now, as the one that its address means. */
export async function acceptBaseline(uri: string): Promise<number> {
  await using loader = await SecureMLflowLoader.open(
    await loaderOptions({ engine: undefined, policy: undefined }),
  );
  process.stdout.write(`accepted ${printable(await loader.acceptBaseline(uri))}\n`);
  return 0;
}

/** Forgets what was recorded: the next use is a first use. @param named a URI, or a key as `list` prints it */
export async function forgetBaseline(named: string): Promise<number> {
  const baselines = new Baselines(baselineStore());
  const key = baselines.find(named) === undefined ? await keyOf(named) : named;
  if (!baselines.forget(key, new Date().toISOString())) {
    throw new ModelkeepError(
      "NOT_FOUND",
      `no baseline is recorded of ${named}: see modelkeep trust baseline list`,
    );
  }
  process.stdout.write(`forgot ${printable(key)}\n`);
  return 0;
}

async function keyOf(uri: string): Promise<string> {
  await using loader = await SecureMLflowLoader.open(
    await loaderOptions({ engine: undefined, policy: undefined }),
  );
  return await loader.baselineKeyOf(uri);
}
