import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { itemsAt, parseToml, textAt, TomlError } from "../text/toml.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The index that pip or uv would use: their variables, then their files, in their order.
 * @returns undefined when neither names one
 */
export function configuredIndex(env: Env, home = homedir()): string | undefined {
  const variable = ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"]
    .map((name) => env[name])
    .find((one) => one);
  if (variable !== undefined) return variable.replace(/^[\w-]+=(?=https?:)/u, "");
  const pip = pipFiles(env, home)
    .map(pipIndex)
    .findLast((one) => one !== undefined);
  return (
    pip ??
    uvFiles(env, home)
      .map(uvIndex)
      .find((one) => one !== undefined)
  );
}

/** Later ones win (pip.pypa.io/en/stable/topics/configuration). */
function pipFiles(env: Env, home: string): string[] {
  if (env["PIP_CONFIG_FILE"] === "/dev/null") return [];
  const config = env["XDG_CONFIG_HOME"] || join(home, ".config");
  const venv = env["VIRTUAL_ENV"];
  return [
    "/etc/xdg/pip/pip.conf",
    "/etc/pip.conf",
    join(home, ".pip", "pip.conf"),
    join(config, "pip", "pip.conf"),
    ...(venv === undefined ? [] : [join(venv, "pip.conf")]),
    ...(env["PIP_CONFIG_FILE"] === undefined ? [] : [env["PIP_CONFIG_FILE"]]),
  ];
}

function pipIndex(file: string): string | undefined {
  let section = "";
  let found: string | undefined;
  for (const line of (small(file) ?? "").split(/\r?\n/u)) {
    section = /^\[([^\]]+)\]/u.exec(line)?.[1] ?? section;
    const value = /^index[-_]url\s*[=:]\s*(\S+)/u.exec(line)?.[1];
    if (value !== undefined && (section === "global" || section === "install")) found = value;
  }
  return found;
}

function uvFiles(env: Env, home: string): string[] {
  const config = env["XDG_CONFIG_HOME"] || join(home, ".config");
  return [
    ...(env["UV_CONFIG_FILE"] ? [env["UV_CONFIG_FILE"]] : []),
    join(config, "uv", "uv.toml"),
    "/etc/uv/uv.toml",
  ];
}

function uvIndex(file: string): string | undefined {
  const text = small(file);
  if (text === undefined) return undefined;
  try {
    const root = parseToml(text);
    const indexes = itemsAt(root, "index").filter((one) => one.kind === "table");
    const main = indexes.find((one) => {
      const value = one.entries.get("default");
      return value?.kind === "other" && value.text === "true";
    });
    return textAt(main, "url") ?? textAt(root, "index-url");
  } catch (error) {
    // uv itself says what is wrong with its file; here it names no index.
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}

const MAX_BYTES = 2 ** 20;

function small(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  return text.length > MAX_BYTES ? undefined : text;
}
