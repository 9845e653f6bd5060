import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Folders in which groups of workers can be made. */
export interface Places {
  readonly version: 1 | 2;
  readonly memory: string;
  /** Version 1 has a hierarchy of its own for numbers of processes; undefined where it cannot be used. */
  readonly pids: string | undefined;
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly kind: string;
  readonly options: string;
}

/**
 * Where control groups can be made: below this process' own group or, with version 2, beside it (a group that has
 * processes of its own cannot have limited ones below it).
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 * @param proc `/proc/self`, or what stands for it in a test
 */
export function findPlaces(proc = "/proc/self"): Places | undefined {
  const [mounts, groups] = [read(join(proc, "mountinfo")), read(join(proc, "cgroup"))];
  if (mounts === undefined || groups === undefined) return undefined;
  const own = ownFolders(
    mounts
      .split("\n")
      .map(parseMount)
      .filter((one) => one !== undefined),
    groups,
  );
  const [memory, pids, unified] = [own.get("memory"), own.get("pids"), own.get("")];
  if (memory !== undefined && canMakeIn(memory))
    return { version: 1, memory, pids: pids !== undefined && canMakeIn(pids) ? pids : undefined };
  const place = [unified, unified === undefined ? undefined : dirname(unified)].find(
    (folder) => folder !== undefined && givesMemory(folder) && canMakeIn(folder),
  );
  return place === undefined ? undefined : { version: 2, memory: place, pids: place };
}

/** Controller (empty for version 2) → the folder of this process' group. */
function ownFolders(mounts: readonly Mount[], groups: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of groups.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/u.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(",")) {
      const mount = mounts.find(({ kind, options }) =>
        controller === "" ? kind === "cgroup2" : kind === "cgroup" && options.split(",").includes(controller),
      );
      const below = mount === undefined ? ".." : relative(mount.root, path);
      // A group above the part that is mounted here cannot be reached.
      if (mount !== undefined && !below.startsWith("..")) found.set(controller, join(mount.point, below));
    }
  }
  return found;
}

/** One line of /proc/PID/mountinfo, proc(5): id, parent, device, root, mount point, … - type, source, options. */
function parseMount(line: string): Mount | undefined {
  const [before, after] = line.split(" - ");
  const [, , , root, point] = (before ?? "").split(" ");
  const [kind, , options] = (after ?? "").split(" ");
  if (root === undefined || point === undefined || kind === undefined || options === undefined)
    return undefined;
  return { root, point, kind, options };
}

function givesMemory(folder: string): boolean {
  return (read(join(folder, "cgroup.subtree_control")) ?? "").split(/\s+/u).includes("memory");
}

function canMakeIn(folder: string): boolean {
  if (!existsSync(join(folder, "cgroup.procs"))) return false;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false; // not ours, or mounted read-only
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // no such kernel, or no such rights
  }
}
