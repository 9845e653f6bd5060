import { existsSync, realpathSync } from "node:fs";
import { systemView } from "../bubblewrap/arguments.ts";
import type { PythonInstallation } from "../bubblewrap/python.ts";

/** What a tool that makes an environment may see and do. */
export interface ToolCage {
  readonly python: PythonInstallation;
  readonly uv: string;
  /** Folders that it may write to, at their own places. */
  readonly writable: readonly string[];
  readonly network: boolean;
  /** All of its environment. */
  readonly env: ReadonlyMap<string, string>;
  readonly command: readonly string[];
}

/** For names of the network and its certificates; nothing else of /etc is seen. */
const NETWORK_FILES = [
  "/etc/resolv.conf",
  "/etc/hosts",
  "/etc/nsswitch.conf",
  "/etc/ssl",
  "/etc/pki",
  "/etc/ca-certificates",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
];

/** Arguments of bubblewrap for resolving and installing: no home, no secrets, no other environment. */
export function toolArguments({ python, uv, writable, network, env, command }: ToolCage): string[] {
  return [
    ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    network ? [] : ["--unshare-net"],
    ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL", "--hostname", "cage"],
    systemView(python),
    ["--dir", "/tmp", "--proc", "/proc", "--ro-bind", realpathSync(uv), "/uv"],
    ...(network ? [...NETWORK_FILES, ...certificates(env)].filter(existsSync).map(show) : []),
    ...writable.map((path) => ["--bind", path, path]),
    ["--remount-ro", "/"],
    ...[...env].map(([name, value]) => ["--setenv", name, value]),
    ["--", ...command],
  ].flat();
}

function show(path: string): string[] {
  return ["--ro-bind", realpathSync(path), path];
}

function certificates(env: ReadonlyMap<string, string>): string[] {
  const file = env.get("SSL_CERT_FILE");
  return file === undefined ? [] : [file];
}
