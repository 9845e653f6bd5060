import type { LoaderOptions } from "@modelkeep/model-io";
import { SEVERITIES } from "@modelkeep/findings";
import { SANDBOX_DRIVERS } from "@modelkeep/sandbox/driver-names";
import { UsageError } from "../command.ts";
import type { Config } from "../config.ts";

type SandboxOptions = NonNullable<LoaderOptions["sandbox"]>;

/** MLflow's names of environment managers, and ours. MLflow's conda is not there: its own packages are not built. */
const MANAGERS: ReadonlyMap<string, NonNullable<SandboxOptions["environment"]>> = new Map([
  ["local", "managed"],
  ["managed", "managed"],
  ["virtualenv", "own"],
  ["uv", "own"],
  ["own", "own"],
  ["auto", "auto"],
]);

/** What `predict` and `serve` were told of the sandbox. */
interface Flags {
  readonly envManager?: string | undefined;
  readonly sandboxDriver?: string | undefined;
}

/**
 * The sandbox's options: `--env-manager` and `--sandbox-driver`, then `MODELKEEP_ENV_MANAGER`, `MODELKEEP_SANDBOX_DRIVER`
 * and `MODELKEEP_OCI_RUNTIME`, then the section `sandbox` of the configuration.
 * @param python the managed environment's interpreter, when one is named
 * @throws {UsageError} names what is wrong
 */
export function sandboxOptions(
  { envManager, sandboxDriver }: Flags,
  { sandbox }: Pick<Config, "sandbox">,
  python: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): SandboxOptions {
  const text = (name: string): string | undefined => {
    const value = sandbox[name];
    return typeof value === "string" ? value : undefined;
  };
  const manager = envManager ?? (env["MODELKEEP_ENV_MANAGER"] || text("env_manager"));
  const driver = sandboxDriver ?? (env["MODELKEEP_SANDBOX_DRIVER"] || text("driver"));
  const limits = limitsOf(sandbox);
  const accepted = text("accept_advisories")
    ?.split(/[\s,]+/u)
    .filter(Boolean);
  return {
    onNotice: (line) => process.stderr.write(`modelkeep: ${line}\n`),
    ...defined({
      python,
      environment: manager === undefined ? undefined : environmentOf(manager),
      osv: env["MODELKEEP_OSV"] || text("osv"),
      failOn: severityOf(text("fail_on")),
      accepted,
      environments: text("environments"),
      driver: driver === undefined ? undefined : driverOf(driver),
      runtime: env["MODELKEEP_OCI_RUNTIME"] || text("runtime"),
      image: text("image"),
      rootfs: text("rootfs"),
      workers: wholeIn(sandbox, "workers", 1, 64),
    }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

function environmentOf(name: string): NonNullable<SandboxOptions["environment"]> {
  const known = MANAGERS.get(name);
  if (known !== undefined) return known;
  throw new UsageError(
    `there is no environment manager ${JSON.stringify(name)}`,
    `choose ${[...MANAGERS.keys()].join(", ")}`,
  );
}

function driverOf(name: string): NonNullable<SandboxOptions["driver"]> {
  const known = SANDBOX_DRIVERS.find((driver) => driver === name);
  if (known !== undefined) return known;
  throw new UsageError(
    `there is no sandbox driver ${JSON.stringify(name)}`,
    `choose ${SANDBOX_DRIVERS.join(", ")}`,
  );
}

function severityOf(name: string | undefined): SandboxOptions["failOn"] {
  if (name === undefined) return undefined;
  const known = SEVERITIES.find((severity) => severity === name);
  if (known !== undefined) return known;
  throw new UsageError(
    `sandbox.fail_on ${JSON.stringify(name)} is no severity`,
    `choose ${SEVERITIES.join(", ")}`,
  );
}

/** Key of the configuration → limit, and how many of the limit's units one is. */
const LIMITS = [
  ["memory_bytes", "memoryBytes", 1],
  ["cpu_seconds", "cpuSeconds", 1],
  ["file_bytes", "fileBytes", 1],
  ["threads", "threads", 1],
  ["output_bytes", "outputBytes", 1],
  ["frame_bytes", "frameBytes", 1],
  ["answer_values", "answerValues", 1],
  ["queued_requests", "queuedRequests", 1],
  ["start_seconds", "startMilliseconds", 1_000],
  ["request_seconds", "requestMilliseconds", 1_000],
] as const;

function limitsOf(sandbox: Config["sandbox"]): NonNullable<SandboxOptions["limits"]> {
  const given = LIMITS.flatMap(([key, limit, unit]) => {
    const value = wholeIn(sandbox, key, 1, 2 ** 46);
    return value === undefined ? [] : [[limit, value * unit] as const];
  });
  return Object.fromEntries(given);
}

function wholeIn(sandbox: Config["sandbox"], key: string, low: number, high: number): number | undefined {
  const value = sandbox[key];
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new UsageError(
    `sandbox.${key} is ${JSON.stringify(value)}`,
    `give a whole number from ${low} to ${high}`,
  );
}

/** Without what is undefined: an option that is not given must not be there. */
function defined<Given extends object>(given: Given): { [Key in keyof Given]?: NonNullable<Given[Key]> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Given]?: NonNullable<Given[Key]> };
}
