import { lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { SandboxError } from "../error.ts";
import type { PythonInstallation } from "./python.ts";

/** File descriptors as the template has them; the numbers stand in _modelkeep_template.py too. */
export const DESCRIPTORS = { orders: 3, word: 4, seccomp: 5, info: 6 } as const;

/** Beside `src` and `dist` alike. */
export const PYTHON_FOLDER = fileURLToPath(new URL("../../python", import.meta.url));
/** Where things stand inside. */
const CODE_FOLDER = "/keep";
const SLOTS_FOLDER = "/slots";
const WAYS_FOLDER = "/ways";
/** Made here, because the root is read-only: each worker mounts its own there. */
const MOUNT_POINTS = ["/model", "/scratch"];
/** Not /tmp: a Python environment may lie there and must stay to be seen. */
export const SCRATCH_FOLDER = "/scratch";

/** Nobody: files of the host that bubblewrap shows belong to someone else. */
const NOBODY = "65534";
/** Shared libraries of the system, which Python and wheels link against. No programs. */
const SYSTEM_LIBRARIES = ["/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64"];
const NAMESPACES = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-net",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup-try",
  "--uid",
  NOBODY,
  "--gid",
  NOBODY,
  "--hostname",
  "cage",
  "--die-with-parent",
  "--new-session",
  "--clearenv",
  // The template makes namespaces and mounts for its workers, and they give these rights up before they see a model.
  "--cap-drop",
  "ALL",
  "--cap-add",
  "CAP_SYS_ADMIN",
  "--as-pid-1",
];
const DEVICES = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"];

export interface TemplateView {
  readonly python: PythonInstallation;
  /** The host's folder of models; each worker sees one of them. */
  readonly slots: string;
  /** The host's folder with the socket that workers connect to before a model is near. */
  readonly ways: string;
}

/**
 * Arguments of bubblewrap. The root is made read-only at the end: bubblewrap's own is a tmpfs without a size. There is
 * no /proc: it shows the kernel's settings, and nothing that a model needs.
 */
export function bubblewrapArguments({ python, slots, ways }: TemplateView): string[] {
  return [
    NAMESPACES,
    ["--info-fd", String(DESCRIPTORS.info), "--seccomp", String(DESCRIPTORS.seccomp)],
    systemView(python),
    ["--ro-bind", PYTHON_FOLDER, CODE_FOLDER],
    ["--ro-bind", slots, SLOTS_FOLDER, "--ro-bind", ways, WAYS_FOLDER],
    ...MOUNT_POINTS.map((path) => ["--dir", path]),
    ["--remount-ro", "/", "--chdir", "/"],
    ...[...ENVIRONMENT].map(([name, value]) => ["--setenv", name, value]),
    ["--", python.executable, ...pythonArguments(python), `${CODE_FOLDER}/_modelkeep_template.py`],
  ].flat();
}

/** Libraries of the system, a few devices and a Python, all read-only: what any program in a cage needs. */
export function systemView(python: PythonInstallation): string[] {
  return [
    ...SYSTEM_LIBRARIES.map(showSystem),
    ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"],
    ...DEVICES.map((device) => ["--dev-bind", device, device]),
    ...parentsOf(python).map((path) => ["--dir", path]),
    ...python.binds.map((path) => ["--ro-bind", path, path]),
    ...python.links.map(({ target, path }) => ["--symlink", target, path]),
  ].flat();
}

/** A model's own packages are not imported by the template, nor is `site`, whose .pth files are code. */
function pythonArguments({ trusted }: PythonInstallation): string[] {
  return ["-I", "-B", "-u", ...(trusted ? [] : ["-S"]), "-X", "utf8"];
}

/** bubblewrap makes missing parents so that only their owner may enter them, and a worker has no name there. */
function parentsOf({ binds, links }: PythonInstallation): string[] {
  const parents = [...binds, ...links.map(({ path }) => path)].flatMap((path) => foldersAbove(path));
  return [...new Set(parents)];
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === "/" || parent === path ? [] : [...foldersAbove(parent), parent];
}

function showSystem(path: string): string[] {
  try {
    // On merged-/usr systems /lib is a link into /usr: binding it would bind the target twice.
    if (lstatSync(path).isSymbolicLink()) return ["--symlink", readlinkSync(path), path];
    return ["--ro-bind", path, path];
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new SandboxError("unavailable", `cannot look at ${path}`, { cause });
  }
}

/** All that a worker's environment holds. One thread per library: parallel models use the thread limit up. */
export const ENVIRONMENT: ReadonlyMap<string, string> = new Map([
  ["LANG", "C.UTF-8"],
  ["HOME", SCRATCH_FOLDER],
  ["TMPDIR", SCRATCH_FOLDER],
  ["OMP_NUM_THREADS", "1"],
  ["OPENBLAS_NUM_THREADS", "1"],
  ["MKL_NUM_THREADS", "1"],
  ["MLFLOW_DISABLE_TELEMETRY", "true"],
  ["DO_NOT_TRACK", "true"],
  ["MLFLOW_TRACKING_URI", `sqlite:///${SCRATCH_FOLDER}/none.db`],
  ["JOBLIB_MULTIPROCESSING", "0"],
]);
