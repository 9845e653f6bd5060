import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";

/** What `modelkeep.yaml` may say. `schema/modelkeep.schema.json` says the same for editors; a test compares both. */
export interface Config {
  readonly tracking_uri?: string;
  /** File of the scan policy. */
  readonly policy?: string;
  readonly scan: { readonly format?: string; readonly jobs?: number; readonly fail_on?: string };
  readonly audit: {
    readonly format?: string;
    readonly lang?: string;
    readonly fail_on?: string;
    readonly jobs?: number;
    readonly baseline?: string;
    readonly strict?: boolean;
    readonly rules?: readonly unknown[];
    readonly ignore?: readonly unknown[];
    /** File of the register of accepted risks. */
    readonly risks?: string;
    /** Accepted risks: checked by `@modelkeep/findings/risks/register`. */
    readonly accepted?: readonly unknown[];
  };
  readonly gateway: Readonly<Record<string, string | number | boolean>>;
  readonly loader: Readonly<Record<string, string | number | boolean>>;
  readonly deps: Readonly<Record<string, string | number | boolean>> & { readonly accept?: unknown };
  readonly cache: Readonly<Record<string, string | number | boolean>>;
  readonly sandbox: Readonly<Record<string, string | number | boolean>>;
  readonly serve: Readonly<Record<string, string | number | boolean | Readonly<Record<string, string>>>> & {
    /** Name → URI. */
    readonly models?: Readonly<Record<string, string>>;
  };
  /** Who may sign which models: read by `@modelkeep/model-io/trust/policy-file`. */
  readonly trust?: unknown;
}

/** `texts` is a mapping from names of the user's own to texts; `mapping` and `list` are checked by who reads them. */
type Kind = "string" | "number" | "boolean" | "texts" | "mapping" | "list";

/** Key → type, or a section of keys. Null-prototype semantics come from `Map`. */
export const SHAPE: ReadonlyMap<string, Kind | ReadonlyMap<string, Kind>> = new Map<
  string,
  Kind | ReadonlyMap<string, Kind>
>([
  ["tracking_uri", "string"],
  ["policy", "string"],
  [
    "scan",
    new Map<string, Kind>([
      ["format", "string"],
      ["jobs", "number"],
      ["fail_on", "string"],
    ]),
  ],
  [
    "audit",
    new Map<string, Kind>([
      ["format", "string"],
      ["lang", "string"],
      ["fail_on", "string"],
      ["jobs", "number"],
      ["baseline", "string"],
      ["strict", "boolean"],
      ["rules", "list"],
      ["ignore", "list"],
      ["risks", "string"],
      ["accepted", "list"],
    ]),
  ],
  [
    "gateway",
    new Map<string, Kind>([
      ["upstream", "string"],
      ["host", "string"],
      ["port", "number"],
      ["data", "string"],
      ["database", "string"],
      ["redis", "string"],
      ["url", "string"],
    ]),
  ],
  [
    "loader",
    new Map<string, Kind>([
      ["engine", "string"],
      ["python", "string"],
      ["fallback", "string"],
      ["audit_log", "string"],
    ]),
  ],
  [
    "sandbox",
    new Map<string, Kind>([
      ["driver", "string"],
      ["runtime", "string"],
      ["image", "string"],
      ["rootfs", "string"],
      ["env_manager", "string"],
      ["osv", "string"],
      ["fail_on", "string"],
      ["accept_advisories", "string"],
      ["environments", "string"],
      ["workers", "number"],
      ["memory_bytes", "number"],
      ["cpu_seconds", "number"],
      ["file_bytes", "number"],
      ["threads", "number"],
      ["output_bytes", "number"],
      ["frame_bytes", "number"],
      ["answer_values", "number"],
      ["queued_requests", "number"],
      ["start_seconds", "number"],
      ["request_seconds", "number"],
    ]),
  ],
  [
    "deps",
    new Map<string, Kind>([
      ["osv", "string"],
      ["format", "string"],
      ["lang", "string"],
      ["fail_on", "string"],
      ["max_age", "number"],
      ["require_hashes", "boolean"],
      ["online", "boolean"],
      ["osv_url", "string"],
      ["index_url", "string"],
      ["accept", "list"],
    ]),
  ],
  [
    "cache",
    new Map<string, Kind>([
      ["folder", "string"],
      ["max_bytes", "number"],
    ]),
  ],
  [
    "serve",
    new Map<string, Kind>([
      ["models", "texts"],
      ["host", "string"],
      ["port", "number"],
      ["workers", "number"],
      ["timeout", "number"],
      ["auth", "string"],
      ["gateway", "string"],
      ["poll_seconds", "number"],
      ["max_request_bytes", "number"],
      ["max_concurrent", "number"],
      ["drain_delay", "number"],
      ["drain_timeout", "number"],
      ["batching", "boolean"],
    ]),
  ],
  [
    "trust",
    new Map<string, Kind>([
      ["signers", "mapping"],
      ["rules", "list"],
      ["revoked", "list"],
      ["baseline", "string"],
    ]),
  ],
]);

const NOTHING: Config = {
  scan: {},
  audit: {},
  gateway: {},
  loader: {},
  sandbox: {},
  deps: {},
  cache: {},
  serve: {},
};

/** The configuration file in force: the working directory's, else the user's; undefined when there is none. */
export function configFile(cwd = process.cwd(), env: NodeJS.ProcessEnv = process.env): string | undefined {
  const user = join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "modelkeep", "modelkeep.yaml");
  return [join(cwd, "modelkeep.yaml"), user].find((path) => existsSync(path));
}

/**
 * Reads the configuration file in force.
 * @throws {ModelkeepError} `CONFIGURATION` names the wrong key or value, and the nearest known key
 */
export async function readConfig(file: string | undefined = configFile()): Promise<Config> {
  if (file === undefined) return NOTHING;
  const { parseDocument } = await import("yaml");
  const document = parseDocument(readFileSync(file, "utf8"), { uniqueKeys: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw fault(file, problem.message.split("\n", 1)[0] ?? "is no YAML");
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw fault(file, "uses aliases, which are not expanded", cause);
  }
  return await checkConfig(data, file);
}

/** Checks a configuration that is plain data already. @throws {ModelkeepError} `CONFIGURATION` */
export async function checkConfig(data: unknown, file: string): Promise<Config> {
  if (data === null || data === undefined) return NOTHING;
  if (!isRecord(data)) throw fault(file, "is no mapping");
  for (const [key, value] of Object.entries(data)) {
    const shape = SHAPE.get(key);
    if (shape === undefined) throw await unknownKey(file, key, SHAPE.keys());
    if (typeof shape === "string") checkKind(file, key, value, shape);
    else await checkSection(file, key, value, shape);
  }
  return { ...NOTHING, ...data };
}

async function checkSection(
  file: string,
  section: string,
  value: unknown,
  shape: ReadonlyMap<string, Kind>,
): Promise<void> {
  if (!isRecord(value)) throw fault(file, `${section} is no mapping`);
  for (const [key, entry] of Object.entries(value)) {
    const kind = shape.get(key);
    if (kind === undefined)
      throw await unknownKey(
        file,
        `${section}.${key}`,
        [...shape.keys()].map((name) => `${section}.${name}`),
      );
    checkKind(file, `${section}.${key}`, entry, kind);
  }
}

function checkKind(file: string, key: string, value: unknown, kind: Kind): void {
  if (kind === "texts") {
    if (isRecord(value) && Object.values(value).every((text) => typeof text === "string")) return;
    throw fault(file, `${key} is no mapping of texts`);
  }
  const isKind =
    kind === "mapping" ? isRecord(value) : kind === "list" ? Array.isArray(value) : typeof value === kind;
  if (!isKind) throw fault(file, `${key} is no ${kind}`);
}

async function unknownKey(file: string, key: string, known: Iterable<string>): Promise<ModelkeepError> {
  const { nearest } = await import("@modelkeep/findings/nearest");
  const meant = nearest(key, [...known]);
  return fault(
    file,
    `has an unknown key ${JSON.stringify(key)}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  );
}

function fault(file: string, what: string, cause?: unknown): ModelkeepError {
  return new ModelkeepError("CONFIGURATION", `${file} ${what}: see schema/modelkeep.schema.json`, { cause });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
