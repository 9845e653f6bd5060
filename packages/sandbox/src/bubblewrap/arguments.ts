import { lstatSync, readlinkSync } from "node:fs";
import { SandboxError } from "../error.ts";
import type { PythonInstallation } from "./python.ts";

/** File descriptors as the worker has them; the numbers stand in worker.py too. */
export const DESCRIPTORS = { requests: 3, answers: 4, seccomp: 5, info: 6 } as const;

/** Where things stand inside. */
export const MODEL_FOLDER = "/model";
export const WORKER_FILE = "/worker.py";
/** Not /tmp: a Python environment may lie there and must stay to be seen. */
const SCRATCH_FOLDER = "/scratch";

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
  "--disable-userns",
  "--uid",
  NOBODY,
  "--gid",
  NOBODY,
  "--hostname",
  "cage",
  "--die-with-parent",
  "--new-session",
  "--clearenv",
  "--cap-drop",
  "ALL",
  "--as-pid-1",
];
const DEVICES = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"];

export interface Cage {
  readonly python: PythonInstallation;
  readonly workerFile: string;
  readonly modelFolder: string;
  /** Bytes of the only writable folder. */
  readonly scratchBytes: number;
}

/**
 * Arguments of bubblewrap. The root is made read-only at the end: bubblewrap's own is a tmpfs without a size. There is
 * no /proc: it shows the kernel's settings, and nothing that a model needs.
 */
export function bubblewrapArguments(cage: Cage): string[] {
  return [
    NAMESPACES,
    ["--info-fd", String(DESCRIPTORS.info), "--seccomp", String(DESCRIPTORS.seccomp)],
    ...SYSTEM_LIBRARIES.map(showSystem),
    ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"],
    ...DEVICES.map((device) => ["--dev-bind", device, device]),
    ...cage.python.binds.map((path) => ["--ro-bind", path, path]),
    ...cage.python.links.map(({ target, path }) => ["--symlink", target, path]),
    ["--ro-bind", cage.workerFile, WORKER_FILE, "--ro-bind", cage.modelFolder, MODEL_FOLDER],
    [
      "--size",
      String(cage.scratchBytes),
      "--tmpfs",
      SCRATCH_FOLDER,
      "--remount-ro",
      "/",
      "--chdir",
      SCRATCH_FOLDER,
    ],
    ...[...environment()].map(([name, value]) => ["--setenv", name, value]),
    ["--", cage.python.executable, "-I", "-B", "-u", "-X", "utf8", WORKER_FILE],
  ].flat();
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

/** All that the worker's environment holds. One thread per library: parallel models use the thread limit up. */
function environment(): ReadonlyMap<string, string> {
  return new Map([
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
}
