import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** Of POSIX; no package provides it. */
const MKFIFO = "mkfifo";
const MODULE = fileURLToPath(new URL("./standard-output.ts", import.meta.url));
const LINES = 20_000;
const SCRIPT = `
const { standardOutput } = await import(${JSON.stringify(MODULE)});
const output = standardOutput();
for (let i = 0; i < ${LINES}; i++) output.write(i + " é\\n");
output.write("");
output.close();
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-output-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function expected(): string {
  return Array.from({ length: LINES }, (_, i) => `${i} é\n`).join("");
}

describe("standard output", () => {
  test("writes all of it, in order, to a pipe", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [code]: unknown[] = await once(child, "close");
    expect(code).toBe(0);
    expect(Buffer.concat(chunks).toString()).toBe(expected());
  });

  test("loses nothing where the pipe does not block and its reader is slow", async () => {
    const fifo = join(folder, "fifo");
    execFileSync(MKFIFO, [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], {
      stdio: ["ignore", writer, "inherit"],
    });
    closeSync(writer);
    const closed = once(child, "close");
    const text = await readSlowly(reader);
    closeSync(reader);
    expect(await closed).toEqual([0, null]);
    expect(text).toBe(expected());
  });

  test("ends with 2 when the reader has seen enough", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code]: unknown[] = await once(child, "close");
    expect(code).toBe(2);
  });
});

async function readSlowly(descriptor: number): Promise<string> {
  const chunks: Buffer[] = [];
  for (;;) {
    const buffer = Buffer.alloc(16_384);
    const count = readOr(descriptor, buffer);
    if (count === 0) return Buffer.concat(chunks).toString();
    if (count === undefined) await delay(5);
    else chunks.push(buffer.subarray(0, count));
  }
}

/** @returns undefined when there is nothing to read yet */
function readOr(descriptor: number, buffer: Buffer): number | undefined {
  try {
    return readSync(descriptor, buffer);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}
