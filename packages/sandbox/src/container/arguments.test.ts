import { describe, expect, test } from "vitest";
import { SandboxError } from "../error.ts";
import { DEFAULT_SANDBOX_LIMITS } from "../limits.ts";
import { type ContainerView, runArguments } from "./arguments.ts";
import type { ContainerEngine } from "./engine.ts";

const ENGINES: Readonly<Record<"podman" | "docker", ContainerEngine>> = {
  podman: { program: "podman", dialect: "podman", runtime: "crun", before: ["--runtime", "crun"], run: [] },
  docker: { program: "docker", dialect: "docker", runtime: "runsc", before: [], run: ["--runtime", "runsc"] },
};
const python = {
  executable: "/py/bin/python",
  binds: ["/py"],
  links: [{ target: "x", path: "/usr/bin/python3" }],
  trusted: true,
};
const view: ContainerView = {
  name: "n",
  label: "l",
  host: { python, libraries: ["/usr/lib"] },
  root: { folder: "/r" },
  model: "/m",
  system: "/s",
};
const words = (engine: "podman" | "docker", more: Partial<ContainerView> = {}): string[] =>
  runArguments(ENGINES[engine], { ...view, ...more }, DEFAULT_SANDBOX_LIMITS);

describe.each(["podman", "docker"] as const)("%s", (engine) => {
  // The spelling is that of both engines' own documentation; npm run sandbox:containers shows that real ones take it.
  test.each([
    ["--network", "none"],
    ["--ipc", "none"],
    ["--cap-drop", "ALL"],
    ["--security-opt", "no-new-privileges"],
    ["--user", "65534:65534"],
    ["--log-driver", "none"],
    ["--pull", "never"],
    ["--memory", String(4 * 2 ** 30)],
    ["--memory-swap", String(4 * 2 ** 30)],
    ["--label", "modelkeep.cage=l"],
  ])("%s %s", (name, value) => {
    const all = words(engine);
    expect(all[all.indexOf(name) + 1]).toBe(value);
  });

  test("every mount is read-only, and so is the root", () => {
    const all = words(engine);
    const mounts = all.filter((_, index) => all[index - 1] === "--mount");
    expect(mounts).toHaveLength(7);
    expect(mounts.filter((mount) => !mount.endsWith(",readonly"))).toEqual([]);
    expect(all).toContain("--read-only");
    expect(all.filter((word) => word === "-v" || word === "--volume" || word === "--privileged")).toEqual([]);
  });

  test("proxies, which engines hand over with their passwords, are empty inside", () => {
    const all = words(engine);
    for (const name of ["HTTP_PROXY", "https_proxy", "ALL_PROXY"]) expect(all).toContain(`${name}=`);
  });

  test.each(["/a,b", '/a"b', "/a\nb", "/a,destination=/etc"])(
    "the path %j is refused, never misread",
    (path) => {
      expect(() => words(engine, { model: path })).toThrow(SandboxError);
    },
  );
});

test("the runtime stands where each engine wants it, and gVisor's own threads are not counted as the model's", () => {
  const [podman, docker] = [words("podman"), words("docker")];
  expect(podman.slice(0, 3)).toEqual(["--runtime", "crun", "run"]);
  expect(docker.slice(0, 3)).toEqual(["run", "--runtime", "runsc"]);
  expect(podman[podman.indexOf("--pids-limit") + 1]).toBe("64");
  expect(docker[docker.indexOf("--pids-limit") + 1]).toBe("320");
});

test("an image brings its own Python and shows nothing of the host's", () => {
  const all = words("docker", { host: undefined, root: { image: "keep:1" } });
  expect(all.slice(all.indexOf("--entrypoint"), all.indexOf("-I"))).toEqual([
    "--entrypoint",
    "python3",
    "keep:1",
  ]);
  expect(all.join(" ")).not.toContain("source=/py,");
});

test("a folder as root; packages that a model chose do not run before the worker is shut", () => {
  const untrusted = words("podman", { host: { python: { ...python, trusted: false }, libraries: [] } });
  expect(untrusted.slice(untrusted.indexOf("--rootfs"))).toEqual([
    ...[
      "--rootfs",
      "/r",
      "/py/bin/python",
      "-I",
      "-B",
      "-u",
      "-S",
      "-X",
      "utf8",
      "/keep/_modelkeep_container.py",
    ],
  ]);
  expect(words("podman")).not.toContain("-S");
});
