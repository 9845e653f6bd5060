import { spawnSync } from "node:child_process";
import { OsvDatabase } from "@modelkeep/deps";
import { uvBeside } from "@modelkeep/model-io/engines/environment";
import { managedPython } from "@modelkeep/model-io/engines/python";
import { openTrust } from "@modelkeep/model-io/trust/open";
import { loadPolicy } from "@modelkeep/scanner/policy-file";
import { type Config, configFile, readConfig } from "../config.ts";
import { sandboxOptions } from "../predict/sandbox-options.ts";
import { type Diagnosis, failed, ok, warning } from "./diagnosis.ts";
import type { SandboxWishes } from "./sandbox.ts";

const DAY = 86_400_000;
/** New advisories come every day. */
const OLD_DAYS = 30;

/** What the configuration says, read as far as it can be. */
export interface Settings {
  readonly diagnosis: Diagnosis;
  readonly wishes: SandboxWishes & { readonly osv?: string };
}

/** Reads all of the configuration, the policy and the trust section included, as a command would. */
export async function checkSettings(
  env: NodeJS.ProcessEnv,
  file = configFile(process.cwd(), env),
): Promise<Settings> {
  const subject = "configuration";
  try {
    const config = await readConfig(file);
    const wishes = sandboxOptions({}, config, undefined, env);
    await checkFiles(config, env, file);
    return { diagnosis: ok(subject, file ?? "none: everything has its default"), wishes };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice = error instanceof Error && "advice" in error ? String(error.advice) : undefined;
    const colon = message.lastIndexOf(": ");
    const [what, todo] =
      colon < 0
        ? [message, "see docs/configuration.md"]
        : [message.slice(0, colon), message.slice(colon + 2)];
    return {
      diagnosis: advice === undefined ? failed(subject, what, todo) : failed(subject, message, advice),
      wishes: {},
    };
  }
}

async function checkFiles(config: Config, env: NodeJS.ProcessEnv, file: string | undefined): Promise<void> {
  const policy = env["MODELKEEP_POLICY"] || config.policy;
  if (policy !== undefined) await loadPolicy(policy);
  if (config.trust !== undefined && file !== undefined) await openTrust(file);
}

/** Records of known vulnerabilities, which models' own packages are looked up in. */
export function checkOsv(path: string | undefined, now = Date.now()): Diagnosis {
  const subject = "OSV data";
  const advice =
    "fetch the records of PyPI (https://google.github.io/osv.dev/data/) and name the zip (sandbox.osv, MODELKEEP_OSV)";
  if (path === undefined)
    return warning(
      subject,
      "none named: packages of models with an environment of their own are not looked up",
      advice,
    );
  try {
    const database = OsvDatabase.open(path);
    const days = database.ageInDays(now);
    const found = `${database.size} advisories, the newest ${days} days old (${new Date(now - days * DAY).toISOString().slice(0, 10)})`;
    if (database.size === 0) return failed(subject, `${path} holds no advisories`, advice);
    return days > OLD_DAYS ? warning(subject, found, advice) : ok(subject, found);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed(subject, message, advice);
  }
}

/** The installer of models' own environments. */
export function checkUv(env: NodeJS.ProcessEnv): Diagnosis {
  const subject = "uv";
  const missing = (found: string): Diagnosis =>
    warning(
      subject,
      found,
      "run npm start once, or install uv (for --env-manager uv; the managed Python works without)",
    );
  let program: string;
  try {
    program = uvBeside(pythonOr(env));
  } catch {
    return missing("not installed");
  }
  const { error, status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return error === undefined && status === 0
    ? ok(subject, `${stdout.trim()} (${program})`)
    : missing(`${program} does not start`);
}

/** Where the managed environment is not made yet, uv may be on PATH. */
function pythonOr(env: NodeJS.ProcessEnv): string {
  try {
    return managedPython(env);
  } catch {
    return "/nowhere/bin/python";
  }
}
