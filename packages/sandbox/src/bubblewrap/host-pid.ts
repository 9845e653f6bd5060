import { readdirSync, readFileSync } from "node:fs";

/**
 * The process id on this side of the namespaces for a child of the template.
 * @param template the template's id on this side
 * @param inner the child's id in the template's namespace
 */
export function hostPid(template: number, inner: number): number | undefined {
  return childrenOf(template).find((pid) => innerPid(pid) === inner);
}

function childrenOf(pid: number): number[] {
  const list = read(`/proc/${pid}/task/${pid}/children`);
  if (list !== undefined) return list.split(" ").filter(Boolean).map(Number);
  // A kernel without that file (CONFIG_PROC_CHILDREN).
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((one) => Number(/^PPid:\s*(\d+)/mu.exec(read(`/proc/${one}/status`) ?? "")?.[1]) === pid);
}

/** A child stands in a namespace of its own below the template's: its last but one id is the template's for it. */
function innerPid(pid: number): number {
  const ids = /^NSpid:\s*(.*)$/mu.exec(read(`/proc/${pid}/status`) ?? "")?.[1] ?? "";
  return Number(ids.split("\t").at(-2));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // it has ended, or this kernel has no such file
  }
}
