import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AuditLog } from "./log.ts";
import type { AuditEvent, AuditRow } from "./record.ts";
import { searchAuditLog } from "./search.ts";
import { verifyAuditLog } from "./verify.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "modelkeep-audit-"));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const file = (name: string): string => join(dataDir, "audit", name);

function event(n: number, extra: Partial<AuditEvent> = {}): AuditEvent {
  return {
    time: 1_700_000_000_000 + n,
    principal: n % 2 === 0 ? "alice" : "bob",
    key: "k",
    action: "runs.get",
    resource: `experiment:${n}`,
    decision: "allow",
    reason: "owner",
    address: "127.0.0.1",
    request: `r${n}`,
    ...extra,
  };
}

async function write(count: number, from = 0): Promise<void> {
  const log = await AuditLog.open(dataDir);
  await Promise.all(Array.from({ length: count }, (_, n) => log.append(event(from + n))));
  await log.close();
}

async function rows(query = {}): Promise<AuditRow[]> {
  const found: AuditRow[] = [];
  for await (const row of searchAuditLog(dataDir, query)) found.push(row);
  return found;
}

describe("a whole log", () => {
  test("verifies, also when it was continued", async () => {
    await write(50);
    await write(1_500, 50);
    expect(await verifyAuditLog(dataDir)).toEqual({ rows: 1_550, problems: [] });
  });

  test("keeps rows in the order in which they were appended", async () => {
    await write(200);
    expect((await rows()).map((row) => row.resource)).toEqual(
      Array.from({ length: 200 }, (_, n) => `experiment:${n}`),
    );
  });

  test("acknowledges a row only once it is in the file", async () => {
    const log = await AuditLog.open(dataDir);
    for (let n = 0; n < 5; n++) {
      await log.append(event(n));
      expect(readFileSync(file("log.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(n + 1);
    }
    await log.close();
  });

  test("keeps any text on one line, bounded", async () => {
    const log = await AuditLog.open(dataDir);
    await log.append(event(1, { reason: 'a\nb\u2028\ud800\u0000"', resource: "x".repeat(10_000) }));
    await log.close();
    const [row] = await rows();
    expect(row?.reason).toBe('a\nb\u2028\ufffd\u0000"');
    expect(row?.resource.length).toBeLessThan(2_100);
    expect((await verifyAuditLog(dataDir)).problems).toEqual([]);
  });

  test("is searched by every condition", async () => {
    await write(20);
    expect(await rows({ principal: "bob" })).toHaveLength(10);
    expect(await rows({ resource: "experiment:1*" })).toHaveLength(11);
    expect(await rows({ resource: "experiment:1" })).toHaveLength(1);
    expect(await rows({ since: 1_700_000_000_005, until: 1_700_000_000_007 })).toHaveLength(3);
    expect(await rows({ decision: "deny" })).toHaveLength(0);
  });
});

describe("a changed log is found", () => {
  test.each(["log.jsonl", "head.json", "checkpoints.jsonl"])("one byte of %s", async (name) => {
    await write(1_100);
    const whole = readFileSync(file(name));
    const places = fc.integer({ min: 0, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ bits;
        writeFileSync(file(name), changed);
        expect((await verifyAuditLog(dataDir)).problems).not.toEqual([]);
      }),
      { numRuns: 40, seed: 7 },
    );
    writeFileSync(file(name), whole);
    expect((await verifyAuditLog(dataDir)).problems).toEqual([]);
  });

  test("a row taken out of the middle", async () => {
    await write(5);
    const lines = readFileSync(file("log.jsonl"), "utf8").split("\n");
    writeFileSync(file("log.jsonl"), lines.toSpliced(2, 1).join("\n"));
    expect((await verifyAuditLog(dataDir)).problems.join("\n")).toMatch(/row 3: it says to be row 4/u);
  });

  test("rows in another order", async () => {
    await write(5);
    const [a, b, ...rest] = readFileSync(file("log.jsonl"), "utf8").split("\n");
    writeFileSync(file("log.jsonl"), [b, a, ...rest].join("\n"));
    expect((await verifyAuditLog(dataDir)).problems).not.toEqual([]);
  });

  test("rows cut off the end, by the signed head", async () => {
    await write(5);
    const lines = readFileSync(file("log.jsonl"), "utf8").split("\n");
    writeFileSync(file("log.jsonl"), `${lines.slice(0, 3).join("\n")}\n`);
    expect((await verifyAuditLog(dataDir)).problems).toEqual([
      "head.json signs row 5, but the log ends after 3 rows: rows were removed",
    ]);
    await expect(AuditLog.open(dataDir)).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  test("a log written anew with another key", async () => {
    await write(5);
    const head = readFileSync(file("head.json"));
    rmSync(join(dataDir, "audit"), { recursive: true });
    await write(5);
    writeFileSync(file("head.json"), head);
    expect((await verifyAuditLog(dataDir)).problems.join()).toMatch(/signature does not verify/u);
  });

  test("and is not searched as if it were whole", async () => {
    await write(3);
    const text = readFileSync(file("log.jsonl"), "utf8");
    writeFileSync(file("log.jsonl"), text.replace("alice", "mallo"));
    await expect(rows()).rejects.toThrow(/row 1 of the audit log is damaged/u);
  });

  test("and is not continued when its last row is damaged", async () => {
    await write(3);
    const text = readFileSync(file("log.jsonl"), "utf8");
    writeFileSync(file("log.jsonl"), text.replace("experiment:2", "experiment:3"));
    await expect(AuditLog.open(dataDir)).rejects.toMatchObject({ code: "INTEGRITY" });
  });
});

describe("after a crash", () => {
  test("an incomplete last line is removed, and a row says so", async () => {
    await write(3);
    appendFileSync(file("log.jsonl"), '{"seq":4,"time":1');
    expect((await verifyAuditLog(dataDir)).problems.join()).toMatch(/row 4: its line is incomplete/u);
    await write(1, 3);
    expect(await verifyAuditLog(dataDir)).toEqual({ rows: 5, problems: [] });
    expect((await rows()).map((row) => row.action)).toContain("auditlog.recover");
  });

  test("rows that were on the disk before the head was signed stay", async () => {
    await write(3);
    const head = readFileSync(file("head.json"));
    await write(2, 3);
    writeFileSync(file("head.json"), head);
    expect(await verifyAuditLog(dataDir)).toEqual({ rows: 5, problems: [] });
    await write(1, 5);
    expect((await verifyAuditLog(dataDir)).rows).toBe(6);
  });

  test("a file cut in the middle of a signed row is not continued", async () => {
    await write(3);
    truncateSync(file("log.jsonl"), statSync(file("log.jsonl")).size - 10);
    await expect(AuditLog.open(dataDir)).rejects.toMatchObject({ code: "INTEGRITY" });
  });
});

test("when the log cannot be written, nothing is acknowledged, then or later", async () => {
  const log = await AuditLog.open(dataDir);
  await log.append(event(1));
  await log.close();
  await expect(log.append(event(2))).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  await expect(log.append(event(3))).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  expect(log.healthy).toBe(false);
  expect(await rows()).toHaveLength(1);
});

describe("a row about a model", () => {
  const files = `${"a".repeat(64)}  MLmodel\n${"b".repeat(64)}  model.pkl\n`;
  const load = event(1, {
    action: "models.load",
    uri: "models:/wine@champion",
    version: "3",
    verdict: "allowlisted",
    engine: "native",
    signer: "ada@example.org",
    files,
    sha256: "c".repeat(64),
  });

  test("keeps what it says, and is found by the hash of one of its files", async () => {
    const log = await AuditLog.open(dataDir);
    await log.append(load);
    await log.close();
    expect(await rows({ sha256: "b".repeat(64) })).toMatchObject([{ uri: "models:/wine@champion", files }]);
    expect(await rows({ sha256: "d".repeat(64) })).toEqual([]);
    expect((await verifyAuditLog(dataDir)).problems).toEqual([]);
  });

  test.each(["verdict", "engine", "files", "uri"])(
    "whose %s is changed or dropped is found",
    async (field) => {
      const log = await AuditLog.open(dataDir);
      await log.append(load);
      await log.close();
      const text = readFileSync(file("log.jsonl"), "utf8");
      const value = JSON.parse(text) as Record<string, unknown>;
      for (const forged of [
        { ...value, [field]: "inert" },
        { ...value, [field]: undefined },
        { ...value, [field]: 7 },
      ]) {
        writeFileSync(file("log.jsonl"), `${JSON.stringify(forged)}\n`);
        expect((await verifyAuditLog(dataDir)).problems).not.toEqual([]);
      }
    },
  );

  test("of the greatest length is still read when the log is opened again", async () => {
    const long = "\u0001".repeat(9_000);
    const log = await AuditLog.open(dataDir);
    await log.append({ ...load, uri: long, signer: long, files: long, reason: long, principal: long });
    await log.close();
    await (await AuditLog.open(dataDir)).close();
    expect((await verifyAuditLog(dataDir)).problems).toEqual([]);
  });
});

describe("a log that another writer holds", () => {
  test("is not opened, since two would break its chain", async () => {
    const first = await AuditLog.open(dataDir);
    await expect(AuditLog.open(dataDir, { patience: 0 })).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    await first.close();
    await (await AuditLog.open(dataDir, { patience: 0 })).close();
  });
});
