import type { SyscallTable } from "./syscalls.ts";

// Classic BPF (linux/bpf_common.h) and seccomp (linux/seccomp.h).
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_OR_EQUAL = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const ERRNO = 0x0005_0000;
const EPERM = 1;
const ENOSYS = 38;
// struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6].
const NUMBER = 0;
const ARCH = 4;
const FIRST_ARGUMENT = 16;
const CLONE_THREAD = 0x0001_0000;
/** Linux 6.7. Calls that came later than this table was written are unknown here, so they do not exist. */
const FIRST_UNKNOWN = 457;

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, operand: number];

/**
 * The filter of a worker: an array of `struct sock_filter`, little-endian. Another architecture's calls (x32 and i386 on
 * x86-64 included) kill the process; `clone` passes for threads only.
 */
export function seccompFilter(table: SyscallTable): Uint8Array {
  return encode([
    ...beginning(table),
    [JUMP_EQUAL, 0, 1, table.clone3],
    [RETURN, 0, 0, ERRNO | ENOSYS],
    ...Object.values(table.denied).flatMap(deny),
    [JUMP_EQUAL, 0, 3, table.clone],
    [LOAD_WORD, 0, 0, FIRST_ARGUMENT],
    [JUMP_ANY_BIT, 1, 0, CLONE_THREAD],
    [RETURN, 0, 0, ERRNO | EPERM],
    [RETURN, 0, 0, ALLOW],
  ]);
}

/** The filter of the process that workers are forked from: it may do what makes a cage, and no more. */
export function templateFilter(table: SyscallTable): Uint8Array {
  const denied = Object.entries(table.denied).filter(([name]) => !MAKES_CAGES.has(name));
  return encode([
    ...beginning(table),
    ...denied.flatMap(([, number]) => deny(number)),
    [RETURN, 0, 0, ALLOW],
  ]);
}

/** For bubblewrap, which takes its filter just before it starts the template: `execve`. */
const MAKES_CAGES: ReadonlySet<string> = new Set([
  "execve",
  "fork",
  "unshare",
  "setns",
  "pidfd_open",
  "mount",
  "umount2",
  "socket",
  "connect",
  "sendto",
]);

function beginning(table: SyscallTable): Instruction[] {
  return [
    [LOAD_WORD, 0, 0, ARCH],
    [JUMP_EQUAL, 1, 0, table.auditArch],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD_WORD, 0, 0, NUMBER],
    // x32 calls have bit 30 set and the same architecture.
    [JUMP_GREATER_OR_EQUAL, 0, 1, FIRST_UNKNOWN],
    [RETURN, 0, 0, ERRNO | ENOSYS],
  ];
}

function deny(number: number): Instruction[] {
  return [
    [JUMP_EQUAL, 0, 1, number],
    [RETURN, 0, 0, ERRNO | EPERM],
  ];
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  for (const [index, [code, whenTrue, whenFalse, operand]] of program.entries()) {
    bytes.setUint16(index * 8, code, true);
    bytes.setUint8(index * 8 + 2, whenTrue);
    bytes.setUint8(index * 8 + 3, whenFalse);
    bytes.setUint32(index * 8 + 4, operand >>> 0, true);
  }
  return new Uint8Array(bytes.buffer);
}
