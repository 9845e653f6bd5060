import { parse } from "yaml";
import { parseRequirement, type Requirement, RequirementError } from "./requirement.ts";

/** What a MLflow model says that it needs. */
export interface ModelRequirements {
  /** Version of Python as written (`3.11.7`), where it is said. */
  readonly python: string | undefined;
  readonly requirements: readonly Requirement[];
}

/** The texts of a model's files, where they are there. */
export interface RequirementFiles {
  readonly requirements?: string;
  readonly pythonEnv?: string;
  readonly conda?: string;
}

const MAX_FILE = 256 * 1024;
const MAX_REQUIREMENTS = 500;
const VERSION = /^3\.\d{1,2}(?:\.\d{1,3})?$/u;

/**
 * Reads the requirements that MLflow writes beside a model: requirements.txt and python_env.yaml, or conda.yaml (its
 * Python and its pip section). The files come with the model: whatever is not a plain requirement is refused by name.
 * @throws {RequirementError}
 */
export function readModelRequirements(files: RequirementFiles): ModelRequirements {
  for (const text of Object.values(files)) {
    if (text.length > MAX_FILE)
      throw new RequirementError(`a file of requirements has more than ${MAX_FILE} characters`);
  }
  const conda = files.conda === undefined ? undefined : readConda(files.conda);
  const own =
    files.pythonEnv === undefined
      ? undefined
      : readPythonEnv(files.pythonEnv, files.requirements !== undefined);
  const lines = files.requirements?.split(/\r?\n/u) ?? own?.lines ?? conda?.lines;
  if (lines === undefined) {
    throw new RequirementError("the model has neither requirements.txt nor python_env.yaml nor conda.yaml");
  }
  const listed = [...lines, ...(files.requirements === undefined ? [] : (own?.lines ?? []))];
  return { python: own?.python ?? conda?.python, requirements: parseAll(listed) };
}

function parseAll(lines: readonly string[]): Requirement[] {
  const found = lines.map(joinedLine).flatMap((line) => parseRequirement(line) ?? []);
  if (found.length > MAX_REQUIREMENTS)
    throw new RequirementError(`the model has ${found.length} requirements, more than ${MAX_REQUIREMENTS}`);
  return found;
}

/** pip joins lines at a backslash: what is shown on one line could belong to another. */
function joinedLine(line: string): string {
  if (!line.trimEnd().endsWith("\\")) return line;
  throw new RequirementError(
    `the requirement ${JSON.stringify(line.trim().slice(0, 100))} goes on on the next line`,
  );
}

function readPythonEnv(text: string, hasFile: boolean): { python: string | undefined; lines: string[] } {
  const document = record(parsed(text, "python_env.yaml"), "python_env.yaml");
  const python = versionOf(document["python"], "python_env.yaml");
  const lines = strings(document["dependencies"], "the dependencies in python_env.yaml");
  // MLflow's own way to point at the file beside it; build_dependencies are for source packages, which are not built.
  const others = lines.filter((line) => !(hasFile && line.trim() === "-r requirements.txt"));
  return { python, lines: others };
}

function readConda(text: string): { python: string | undefined; lines: string[] } {
  const document = record(parsed(text, "conda.yaml"), "conda.yaml");
  let python: string | undefined;
  let lines: string[] = [];
  for (const entry of list(document["dependencies"], "the dependencies in conda.yaml")) {
    if (typeof entry === "string") python = condaPackage(entry) ?? python;
    else
      lines = strings(record(entry, "the pip section of conda.yaml")["pip"], "the pip section of conda.yaml");
  }
  return { python, lines };
}

/** @returns the version of Python, or undefined for pip itself */
function condaPackage(entry: string): string | undefined {
  const [name = "", version] = entry.trim().split(/[=<>!~ ]+/u);
  if (name === "python") return version === undefined ? undefined : versionOf(version, "conda.yaml");
  if (["pip", "setuptools", "wheel"].includes(name)) return undefined;
  throw new RequirementError(
    `the requirement ${JSON.stringify(entry.slice(0, 100))} is a package of conda's own: list it in the pip section`,
  );
}

function versionOf(value: unknown, file: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && VERSION.test(value)) return value;
  throw new RequirementError(`${file} asks for the odd Python ${JSON.stringify(value).slice(0, 40)}`);
}

function parsed(text: string, file: string): unknown {
  try {
    // failsafe: every scalar stays the text that it is, or 3.10 would be 3.1.
    return parse(text, { schema: "failsafe", maxAliasCount: 0, uniqueKeys: true });
  } catch (cause) {
    throw new RequirementError(`${file} is no plain YAML`, { cause });
  }
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new RequirementError(`${what} is no mapping`);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new RequirementError(`${what} are no list`);
}

function strings(value: unknown, what: string): string[] {
  return list(value, what).map((one) => {
    if (typeof one === "string") return one;
    throw new RequirementError(`${what} hold something that is no text`);
  });
}
