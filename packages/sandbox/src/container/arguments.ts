import { ENVIRONMENT, PYTHON_FOLDER, SCRATCH_FOLDER } from "../bubblewrap/arguments.ts";
import type { PythonInstallation } from "../bubblewrap/python.ts";
import { SandboxError } from "../error.ts";
import type { SandboxLimits } from "../limits.ts";
import { type ContainerEngine, isGvisor } from "./engine.ts";

export interface ContainerView {
  readonly name: string;
  /** Marks all containers of one model. */
  readonly label: string;
  /** What the root is: an image's name, or a folder of the host (podman). */
  readonly root: { readonly image: string } | { readonly folder: string };
  /** Python and libraries of the host that are shown on that root; undefined when the root brings its own `python3`. */
  readonly host: { readonly python: PythonInstallation; readonly libraries: readonly string[] } | undefined;
  /** A copy of the model that nobody may read. */
  readonly model: string;
  /** A folder of the host that stands for /sys: empty, but for the mount point of control groups. */
  readonly system: string;
}

const NOBODY = "65534:65534";
const MAX_INODES = 4096;
/** Engines hand them to containers without being asked, with the passwords in them. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

/** gVisor's own kernel is a process whose threads count too; with fewer it does not start. */
const GVISOR_THREADS = 256;

/**
 * Arguments of `run` for one worker, in the words that docker and podman share:
 * https://docs.docker.com/reference/cli/docker/container/run/ and
 * https://docs.podman.io/en/v4.3/markdown/podman-run.1.html
 * @throws {SandboxError} `unavailable` for a path that the command line cannot say
 */
export function runArguments(engine: ContainerEngine, view: ContainerView, limits: SandboxLimits): string[] {
  const { name, label, root, host } = view;
  const program = host?.python.executable ?? "python3";
  const python = ["-I", "-B", "-u", ...(host?.python.trusted === false ? ["-S"] : []), "-X", "utf8"];
  return [
    ...engine.before,
    ["run", ...engine.run, "--rm", "-i", "--name", name, "--label", `modelkeep.cage=${label}`],
    ["--network", "none", "--ipc", "none", "--read-only", "--log-driver", "none", "--pull", "never"],
    ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", NOBODY],
    ["--hostname", "cage", "--workdir", "/", ...DIALECT[engine.dialect], ...limitWords(engine, limits)],
    ["--tmpfs", `${SCRATCH_FOLDER}:${scratchOptions(engine, limits)}`],
    ...mounts(view).map(([source, target]) => ["--mount", bind(source, target)]),
    ...PROXIES.flatMap((proxy) => [proxy, proxy.toLowerCase()]).map((proxy) => ["-e", `${proxy}=`]),
    ...[...ENVIRONMENT].map(([key, value]) => ["-e", `${key}=${value}`]),
    ...("image" in root ? ["--entrypoint", program, root.image] : ["--rootfs", root.folder, program]),
    ...python,
    "/keep/_modelkeep_container.py",
  ].flat();
}

const DIALECT = {
  podman: [
    "--read-only-tmpfs=false",
    "--http-proxy=false",
    "--unsetenv-all",
    "--no-hosts",
    "--systemd=false",
  ],
  docker: ["--cgroupns", "private"],
} as const;

/** Swap counts as memory. Docker has limits of its own for what is not named; podman raises them, which not all hosts let it. */
function limitWords({ dialect, runtime }: ContainerEngine, limits: SandboxLimits): string[] {
  const { memoryBytes, openFiles } = limits;
  const threads = limits.threads + (isGvisor(runtime) ? GVISOR_THREADS : 0);
  return [
    ...["--memory", String(memoryBytes), "--memory-swap", String(memoryBytes)],
    ...["--pids-limit", String(threads), "--ulimit", `nofile=${openFiles}:${openFiles}`],
    ...(dialect === "podman" ? ["--ulimit", "nproc=4096:4096"] : []),
    ...["--ulimit", "core=0:0"],
  ];
}

/**
 * Podman would copy the root's folder and its rights into it, and has no word for a number of files: there the memory
 * limit counts them.
 */
function scratchOptions({ dialect }: ContainerEngine, { fileBytes }: SandboxLimits): string {
  const own = dialect === "podman" ? "notmpcopyup" : `nr_inodes=${MAX_INODES}`;
  return `rw,nosuid,nodev,noexec,mode=1777,size=${fileBytes},${own}`;
}

function mounts({ host, model, system }: ContainerView): (readonly [source: string, target: string])[] {
  const shown = [...(host?.libraries ?? []), ...(host?.python.binds ?? [])];
  return [
    ...shown.map((path) => [path, path] as const),
    // An image need not have the links that lead to the interpreter: the program itself stands in for each.
    ...(host?.python.links ?? []).map(({ path }) => [path, path] as const),
    [PYTHON_FOLDER, "/keep"],
    [model, "/model"],
    // The kernel's settings, the machine's devices, the control groups: nothing that a model needs.
    [system, "/sys"],
    [`${system}/fs/cgroup`, "/sys/fs/cgroup"],
  ];
}

function bind(source: string, target: string): string {
  for (const path of [source, target]) {
    if (/[",\n\r]/u.test(path))
      throw new SandboxError(
        "unavailable",
        `containers cannot be shown ${JSON.stringify(path)}: move it to a path without commas and quotes`,
      );
  }
  return `type=bind,source=${source},target=${target},readonly`;
}
