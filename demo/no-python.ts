import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { root } from "./world.ts";

/**
 * A command line that runs `command` where no Python is: a sandbox that holds the system's libraries, a shell, this
 * checkout without its Python environment, and one folder. What answers there has started none.
 */
export function withoutPython(command: readonly string[], folder: string): string[] {
  const node = realpathSync(process.execPath);
  const environments = join(root, ".modelkeep");
  return [
    ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session"],
    ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--ro-bind", "/usr/lib", "/usr/lib"],
    [
      "--ro-bind-try",
      "/lib",
      "/lib",
      "--ro-bind-try",
      "/lib64",
      "/lib64",
      "--ro-bind-try",
      "/usr/lib64",
      "/usr/lib64",
    ],
    ["--ro-bind", "/bin/sh", "/bin/sh", "--ro-bind-try", "/etc/ssl", "/etc/ssl"],
    ["--ro-bind", root, root, ...(existsSync(environments) ? ["--tmpfs", environments] : [])],
    ["--ro-bind", node, node],
    ["--bind", folder, folder, "--chdir", folder, "--", ...command],
  ].flat();
}
