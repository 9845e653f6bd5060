import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import {
  canonicalName,
  fits,
  formatRequirement,
  isAtLeast,
  type ModelRequirements,
  OsvDatabase,
  parseLock,
  readModelRequirements,
  type Requirement,
  type RequirementFiles,
  RequirementError,
  type Vulnerability,
} from "@modelkeep/deps";
import { ModelkeepError, type Severity } from "@modelkeep/findings";
import { ensureEnvironment, findPythonVersion } from "@modelkeep/sandbox";
import type { Quarantined } from "../quarantine.ts";
import { openVerified } from "./model-file.ts";
import { managedPython, ownDataFolder } from "./python.ts";

export const ENVIRONMENTS = ["managed", "own", "auto"] as const;

/** `managed`: Modelkeep's; `own`: built from the model's requirements; `auto`: managed where it has what the model asks for. */
export type EnvironmentChoice = (typeof ENVIRONMENTS)[number];

export interface EnvironmentOptions {
  readonly environment?: EnvironmentChoice;
  /** The managed environment's interpreter; default `MODELKEEP_PYTHON`, then the data folder's. */
  readonly python?: string;
  /** Folder or zip of OSV records that the model's own packages are looked up in. */
  readonly osv?: string;
  /** Advisories from here on refuse the model; default `high`. One whose severity is not said counts as high. */
  readonly failOn?: Severity;
  /** Advisories that somebody looked at and accepts, by id or alias. */
  readonly accepted?: readonly string[];
  /** Where environments are kept; default the data folder. */
  readonly environments?: string;
  /** Told what a person should know: what is built, and what was or was not looked up. */
  readonly onNotice?: (line: string) => void;
}

/** The interpreter for a model, and whether its packages are Modelkeep's own choice. */
export interface ChosenPython {
  readonly python: string;
  readonly trusted: boolean;
}

/**
 * Chooses, and where need be builds, the environment that a model runs in.
 * @throws {ModelkeepError} `NOT_ADMITTED` for requirements or advisories that are refused, `SANDBOX_UNAVAILABLE`
 */
export async function choosePython(model: Quarantined, options: EnvironmentOptions): Promise<ChosenPython> {
  const choice = options.environment ?? "managed";
  const managed = (): ChosenPython => ({ python: options.python ?? managedPython(), trusted: true });
  if (choice === "managed") return managed();
  const wanted = requirementsOf(model);
  if (choice === "auto" && hasAll(managed().python, wanted)) return managed();
  return { python: await buildOwn(model, wanted, options), trusted: false };
}

async function buildOwn(
  model: Quarantined,
  wanted: ModelRequirements,
  options: EnvironmentOptions,
): Promise<string> {
  const managed = options.python ?? managedPython();
  const database = options.osv === undefined ? undefined : OsvDatabase.open(options.osv);
  const python = await findPythonVersion(minorOf(wanted.python) ?? minorOfManaged(managed));
  const { python: built } = await ensureEnvironment({
    requirements: withMlflow(model, wanted.requirements).map(formatRequirement),
    python,
    uv: uvBeside(managed),
    folder: options.environments ?? join(ownDataFolder(), "environments"),
    settings: installerSettings(process.env),
    checkLock: (lock) => checkAdvisories(lock, database, options),
    ...(options.onNotice === undefined ? {} : { onProgress: options.onNotice }),
  });
  return built;
}

/** @throws {ModelkeepError} `NOT_ADMITTED` names the advisories */
export function checkAdvisories(
  lock: string,
  database: OsvDatabase | undefined,
  options: Pick<EnvironmentOptions, "failOn" | "accepted" | "onNotice">,
  now = Date.now(),
): void {
  const packages = parseLock(lock);
  if (database === undefined) {
    options.onNotice?.(
      `the model's ${packages.length} packages were not looked up for vulnerabilities: no OSV records are named (osv)`,
    );
    return;
  }
  const days = database.ageInDays(now);
  options.onNotice?.(
    `the model's ${packages.length} packages were looked up in ${database.size} advisories; the newest is ${days} days old, later ones are not known`,
  );
  const accepted = new Set(options.accepted ?? []);
  const refused = database
    .match(packages)
    .filter((one) => isAtLeast(one.severity, options.failOn ?? "high") && !isAccepted(one, accepted));
  if (refused.length === 0) return;
  throw new ModelkeepError(
    "NOT_ADMITTED",
    `the model's own environment has ${refused.length} known vulnerabilities (${refused.slice(0, 5).map(shown).join("; ")}): log the model with newer versions, or accept advisories by id in the configuration`,
  );
}

/** What steals is never accepted, whatever the configuration says. */
function isAccepted({ id, aliases, isMalicious }: Vulnerability, accepted: ReadonlySet<string>): boolean {
  return !isMalicious && [id, ...aliases].some((one) => accepted.has(one));
}

function shown({ name, version, id, severity, aliases }: Vulnerability): string {
  const cve = aliases.find((alias) => alias.startsWith("CVE-"));
  return `${name} ${version}: ${cve ?? id}, ${severity}`;
}

function requirementsOf(model: Quarantined): ModelRequirements {
  const text = (path: string): string | undefined => {
    if (!model.files.some((file) => file.path === path)) return undefined;
    const source = openVerified(model, path);
    try {
      return Buffer.from(source.view(0, source.size)).toString("utf8");
    } finally {
      source.close();
    }
  };
  const [requirements, pythonEnv, conda] = [
    text("requirements.txt"),
    text("python_env.yaml"),
    text("conda.yaml"),
  ];
  const files: RequirementFiles = {
    ...(requirements === undefined ? {} : { requirements }),
    ...(pythonEnv === undefined ? {} : { pythonEnv }),
    ...(conda === undefined ? {} : { conda }),
  };
  try {
    return readModelRequirements(files);
  } catch (cause) {
    if (!(cause instanceof RequirementError)) throw cause;
    throw new ModelkeepError(
      "NOT_ADMITTED",
      `${cause.message}: list packages of the index with their versions, or choose the managed environment`,
      { cause },
    );
  }
}

const MLFLOW: ReadonlySet<string> = new Set(["mlflow", "mlflow-skinny"]);

/** The worker loads models by MLflow: what a model forgot to list is what it was logged with. */
function withMlflow(model: Quarantined, requirements: readonly Requirement[]): readonly Requirement[] {
  if (requirements.some(({ name }) => MLFLOW.has(name))) return requirements;
  const version = /^mlflow_version:\s*['"]?(\d+(?:\.\d+){0,3})['"]?\s*$/mu.exec(
    readFileSync(join(model.folder, "MLmodel"), "utf8"),
  )?.[1];
  const specifier = version === undefined ? "" : `==${version}`;
  return [...requirements, { name: "mlflow", extras: [], specifier, marker: "" }];
}

/** Whether a Python has every package that a model asks for, in a version that fits, and is of the same minor version. */
export function hasAll(python: string, { python: wanted, requirements }: ModelRequirements): boolean {
  const site = sitePackages(python);
  if (site === undefined || (wanted !== undefined && minorOf(wanted) !== site.minor)) return false;
  const installed = new Map(
    readdirSync(site.folder)
      .map(installedIn)
      .filter((one) => one !== undefined),
  );
  return requirements.every(({ name, specifier }) => {
    const version = installed.get(name);
    return version !== undefined && fits(version, specifier);
  });
}

function installedIn(name: string): [string, string] | undefined {
  const match = /^(.+?)-([^-]+)\.dist-info$/u.exec(name);
  return match === null ? undefined : [canonicalName(match[1] ?? ""), match[2] ?? ""];
}

function sitePackages(python: string): { readonly folder: string; readonly minor: string } | undefined {
  const lib = join(dirname(dirname(python)), "lib");
  const name = existsSync(lib) ? readdirSync(lib).find((one) => /^python3\.\d+$/u.test(one)) : undefined;
  return name === undefined
    ? undefined
    : { folder: join(lib, name, "site-packages"), minor: name.slice("python".length) };
}

function minorOf(version: string | undefined): string | undefined {
  return /^3\.\d+/u.exec(version ?? "")?.[0];
}

function minorOfManaged(python: string): string {
  const minor = sitePackages(python)?.minor;
  if (minor !== undefined) return minor;
  throw new ModelkeepError(
    "SANDBOX_UNAVAILABLE",
    `${python} is in no virtual environment: run npm start once`,
  );
}

/** @throws {ModelkeepError} `SANDBOX_UNAVAILABLE` */
export function uvBeside(python: string): string {
  const folders = [dirname(python), ...(process.env["PATH"] ?? "").split(delimiter)].filter(Boolean);
  const found = folders.map((folder) => join(folder, "uv")).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new ModelkeepError(
    "SANDBOX_UNAVAILABLE",
    "there is no uv to build the model's environment with: run npm start once, or install uv",
  );
}

/** What the installer may know of this user's settings: which index, which certificates, which proxy. No other variable. */
export function installerSettings(env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const take = (name: string, ...from: string[]): void => {
    const value = from.map((one) => env[one]).find((one) => one !== undefined && one !== "");
    if (value !== undefined) settings.set(name, value);
  };
  take("UV_DEFAULT_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL");
  take("SSL_CERT_FILE", "SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE");
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) take(name, name, name.toLowerCase());
  return settings;
}
