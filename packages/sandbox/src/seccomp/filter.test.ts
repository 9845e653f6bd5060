import { describe, expect, test } from "vitest";
import { seccompFilter, templateFilter } from "./filter.ts";
import { SYSCALL_TABLES, type SyscallTable } from "./syscalls.ts";

/** Runs a classic BPF program as the kernel does. */
function decide(program: Uint8Array, arch: number, call: number, flags = 0): number {
  const view = new DataView(program.buffer);
  const data = new Map([
    [0, call],
    [4, arch],
    [16, flags],
  ]);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at++) {
    const code = view.getUint16(at * 8, true);
    const operand = view.getUint32(at * 8 + 4, true);
    const jump = (taken: boolean): number => view.getUint8(at * 8 + (taken ? 2 : 3));
    if (code === 0x20) accumulator = data.get(operand) ?? 0;
    else if (code === 0x15) at += jump(accumulator === operand);
    else if (code === 0x35) at += jump(accumulator >= operand);
    else if (code === 0x45) at += jump((accumulator & operand) !== 0);
    else if (code === 0x06) return operand;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error("the program has no end");
}

const ALLOW = 0x7fff0000;
const EPERM = 0x50001;
const ENOSYS = 0x50026;
const KILL = 0x80000000;

describe.each([...SYSCALL_TABLES])("the filter for %s", (_name, table: SyscallTable) => {
  const filter = seccompFilter(table);
  const call = (number: number, flags = 0): number => decide(filter, table.auditArch, number, flags);

  test("denies every listed call", () => {
    for (const [name, number] of Object.entries(table.denied))
      expect([name, call(number)]).toEqual([name, EPERM]);
  });

  test("lets threads be made, and no processes", () => {
    expect(call(table.clone, 0x3d0f00)).toBe(ALLOW);
    expect(call(table.clone, 0x1200011)).toBe(EPERM);
    expect(call(table.clone, 0)).toBe(EPERM);
    expect(call(table.clone3)).toBe(ENOSYS);
  });

  test("knows no calls of the future, and kills another architecture's", () => {
    expect(call(457)).toBe(ENOSYS);
    expect(call(0x4000_0000 + 1)).toBe(ENOSYS);
    expect(decide(filter, 0x4000_0003, 1)).toBe(KILL);
  });

  test("lets the template make cages, and denies it the rest", () => {
    const template = templateFilter(table);
    const made = Object.entries(table.denied)
      .filter(([, number]) => decide(template, table.auditArch, number) === ALLOW)
      .map(([name]) => name);
    expect(made.sort()).toEqual(
      ["connect", "execve", "mount", "pidfd_open", "sendto", "setns", "socket", "umount2", "unshare"]
        .concat("fork" in table.denied ? ["fork"] : [])
        .sort(),
    );
    expect(decide(template, table.auditArch, table.clone, 0x1200011)).toBe(ALLOW);
    expect(decide(template, 0x4000_0003, 1)).toBe(KILL);
  });

  test("allows what is left", () => {
    const read = table.clone === 56 ? 0 : 63;
    expect(call(read)).toBe(ALLOW);
  });

  test("lists no number twice", () => {
    const numbers = Object.values(table.denied);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).not.toContain(table.clone);
  });
});
