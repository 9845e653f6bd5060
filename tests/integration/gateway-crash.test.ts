import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { searchAuditLog } from "@modelkeep/audit-log/search";
import { verifyAuditLog } from "@modelkeep/audit-log/verify";
import { afterEach, expect, test } from "vitest";
import { ADMIN } from "./gateway-world.ts";

const SCRIPT = fileURLToPath(new URL("gateway_crash.mjs", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "modelkeep-crash-"));

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Starts a gateway in a process of its own; resolves with its address. */
async function start(): Promise<{ url: string; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, [SCRIPT, dataDir, ADMIN], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve) =>
    child.stdout.once("data", (line) => resolve(String(line).trim())),
  );
  return {
    url,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test("kill -9 in the middle of many writes loses no acknowledged row", async () => {
  for (let round = 0; round < 3; round++) {
    const { url, kill } = await start();
    const acknowledged: string[] = [];
    const stop = new AbortController();
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; !stop.signal.aborted; n++) {
        const name = `r${round}-w${writer}-n${n}`;
        try {
          const response = await fetch(`${url}/modelkeep/api/v1/verdicts/${name}`, {
            headers: { authorization: `Bearer ${ADMIN}` },
          });
          // The row is written before the answer, which says that no such file was judged.
          if (response.status === 404) acknowledged.push(`sha256:${name}`);
          await response.arrayBuffer();
        } catch {
          return;
        }
      }
    };
    const writers = Array.from({ length: 16 }, (_, writer) => write(writer));
    while (acknowledged.length < 300) await new Promise((resolve) => setTimeout(resolve, 1));
    await kill();
    stop.abort();
    await Promise.all(writers);
    const rows = new Set<string>();
    for await (const row of searchAuditLog(dataDir, { action: "verdicts.get" })) rows.add(row.resource);
    expect(acknowledged.filter((resource) => !rows.has(resource))).toEqual([]);
  }
  const { kill } = await start();
  await kill();
  expect((await verifyAuditLog(dataDir)).problems).toEqual([]);
});
