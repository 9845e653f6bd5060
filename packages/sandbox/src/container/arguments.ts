import { ENVIRONMENT, PYTHON_FOLDER, SCRATCH_FOLDER } from "../bubblewrap/arguments.ts";
import type { PythonInstallation } from "../bubblewrap/python.ts";
import type { SandboxLimits } from "../limits.ts";

export interface ContainerView {
  readonly name: string;
  readonly python: PythonInstallation;
  /** An empty folder of the host that becomes the root. */
  readonly root: string;
  /** A copy of the model that nobody may read. */
  readonly model: string;
  /** Host folders of shared libraries. */
  readonly libraries: readonly string[];
}

/**
 * Arguments of `podman run` for one worker. There is no image: libraries and Python of the host are bound read-only
 * onto an empty root. Limits of files and processes are set by the engine, because not all hosts let it raise them.
 */
export function podmanArguments(view: ContainerView, limits: SandboxLimits): string[] {
  const { name, python, root, model, libraries } = view;
  const binds = [...libraries, ...python.binds].map((path) => `${path}:${path}:ro`);
  return [
    ["run", "--rm", "-i", "--name", name, "--network", "none", "--read-only", "--read-only-tmpfs=false"],
    ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--log-driver", "none"],
    ["--user", "65534:65534", "--hostname", "cage", "--no-hosts", "--unsetenv-all", "--workdir", "/"],
    ["--pids-limit", String(limits.threads), "--memory", String(limits.memoryBytes)],
    ["--ulimit", `nofile=${limits.openFiles}:${limits.openFiles}`],
    ["--ulimit", `nproc=${limits.threads}:${limits.threads}`],
    ["--tmpfs", `${SCRATCH_FOLDER}:rw,nosuid,nodev,noexec,mode=1777,size=${limits.fileBytes}`],
    ...binds.map((bind) => ["-v", bind]),
    ["-v", `${PYTHON_FOLDER}:/keep:ro`, "-v", `${model}:/model:ro`],
    ...[...ENVIRONMENT].map(([key, value]) => ["-e", `${key}=${value}`]),
    ["--rootfs", root, python.executable, "-I", "-B", "-u", "-X", "utf8"],
    ["/keep/_modelkeep_container.py", JSON.stringify(limits)],
  ].flat();
}
