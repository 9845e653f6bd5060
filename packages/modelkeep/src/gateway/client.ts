import { ModelkeepError } from "@modelkeep/findings";
import { UsageError } from "../command.ts";
import { readConfig } from "../config.ts";
import type { Options } from "./options.ts";

/** Options of every command that talks to a gateway. */
export const CLIENT_OPTIONS = ["gateway"] as const;

type Document = Readonly<Record<string, unknown>>;

/** A gateway's API, called with the key in `MODELKEEP_TOKEN`. */
export interface GatewayClient {
  /**
   * @param path below `/modelkeep/api/v1`
   * @throws {ModelkeepError} with the gateway's own words
   */
  call(method: string, path: string, body?: Document): Promise<Document>;
}

/**
 * The gateway named by `--gateway`, `MODELKEEP_GATEWAY` or the configuration; the local one by default.
 * @throws {UsageError} without a key
 */
export async function gatewayClient(options: Options, env = process.env): Promise<GatewayClient> {
  const token = env["MODELKEEP_TOKEN"];
  if (token === undefined || token === "") {
    throw new UsageError(
      "no credential for the gateway",
      "set MODELKEEP_TOKEN to an administrator's API key",
    );
  }
  const base = await gatewayUrl(options, env);
  return { call: (method, path, body) => callApi(base, token, method, path, body) };
}

async function gatewayUrl(options: Options, env: NodeJS.ProcessEnv): Promise<string> {
  const configured = (await readConfig()).gateway["url"];
  const given = options.text("gateway") ?? env["MODELKEEP_GATEWAY"];
  const url = given ?? (typeof configured === "string" ? configured : "http://127.0.0.1:5000");
  if (!URL.canParse(url))
    throw new UsageError(`${JSON.stringify(url)} is no address`, "write http://host:port");
  return url.replace(/\/+$/u, "");
}

async function callApi(
  base: string,
  token: string,
  method: string,
  path: string,
  body?: Document,
): Promise<Document> {
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const request = {
    method,
    headers: { authorization: `Bearer ${token}`, ...json },
    redirect: "error" as const,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  let response: Response;
  try {
    response = await fetch(`${base}/modelkeep/api/v1${path}`, request);
  } catch (cause) {
    throw new ModelkeepError(
      "UNAVAILABLE",
      `no gateway answers at ${base}: start it, or name it with --gateway`,
      { cause },
    );
  }
  const document = response.status === 204 ? {} : await jsonOf(response, base);
  if (response.ok) return document;
  const said = typeof document["message"] === "string" ? document["message"] : `status ${response.status}`;
  throw new ModelkeepError(codeOf(response.status), `the gateway refused: ${said}`);
}

async function jsonOf(response: Response, base: string): Promise<Document> {
  try {
    const document: unknown = await response.json();
    if (typeof document === "object" && document !== null) return { ...document };
  } catch (cause) {
    throw new ModelkeepError(
      "UNAVAILABLE",
      `what answers at ${base} is no Modelkeep gateway: check the address`,
      { cause },
    );
  }
  throw new ModelkeepError(
    "UNAVAILABLE",
    `what answers at ${base} is no Modelkeep gateway: check the address`,
  );
}

function codeOf(
  status: number,
): "UNAUTHENTICATED" | "PERMISSION_DENIED" | "NOT_FOUND" | "INVALID_ARGUMENT" | "UNAVAILABLE" {
  switch (status) {
    case 401:
      return "UNAUTHENTICATED";
    case 403:
      return "PERMISSION_DENIED";
    case 404:
      return "NOT_FOUND";
    default:
      return status >= 500 ? "UNAVAILABLE" : "INVALID_ARGUMENT";
  }
}

/** The list in a field of an answer. */
export function listOf(document: Document, name: string): readonly Document[] {
  const list = document[name];
  if (!Array.isArray(list))
    throw new ModelkeepError(
      "UNAVAILABLE",
      "the gateway's answer was not understood: is it of this version?",
    );
  return list.filter((item): item is Document => typeof item === "object" && item !== null);
}

/** Rows as aligned columns, for people. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** A time of the API for people; `-` for none. */
export function timeText(value: unknown): string {
  return typeof value === "number" ? new Date(value).toISOString() : "-";
}

/** A text of the API, safe on a terminal. */
export function shown(value: unknown): string {
  return typeof value === "string"
    ? // oxlint-disable-next-line no-control-regex -- they are what is looked for
      value.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu, "?")
    : "-";
}
