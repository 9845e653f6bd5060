import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkDataFolder, checkEnvironment, checkPython, existing } from "./data.ts";
import { checkBubblewrap, checkDisk, checkNode, checkPort } from "./machine.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-doctor-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function program(name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("checkNode", () => {
  test.each(["24.11.0", "24.21.1", "26.0.0"])("%s will do", (version) => {
    expect(checkNode(version).state).toBe("ok");
  });

  test.each(["20.20.2", "24.10.9", "23.9.0", "nonsense"])("%s will not", (version) => {
    expect(checkNode(version)).toMatchObject({ state: "failed", advice: expect.stringContaining("24.11") });
  });
});

describe("checkBubblewrap", () => {
  test("absent", () => {
    expect(checkBubblewrap(join(folder, "away"))).toMatchObject({ state: "warning", found: "not installed" });
  });

  test("forbidden by the kernel", () => {
    const bwrap = program("bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1");
    const result = checkBubblewrap(bwrap);
    expect(result).toMatchObject({
      state: "warning",
      found: "bwrap: No permissions to create new namespace",
    });
    expect(result.advice).toMatch(/namespaces/u);
  });

  test("working", () => {
    expect(checkBubblewrap(program("bwrap", "exit 0")).state).toBe("ok");
  });

  test("on another system", () => {
    expect(checkBubblewrap("bwrap", "darwin").state).toBe("warning");
  });
});

describe("checkPort", () => {
  async function withServer(status: number, work: (port: number) => Promise<void>): Promise<void> {
    const server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await work((server.address() as AddressInfo).port);
    await new Promise((resolve) => server.close(resolve));
  }

  test("taken by something else, by one of ours, free", async () => {
    let taken = 0;
    await withServer(404, async (port) => {
      taken = port;
      expect((await checkPort(port)).state).toBe("warning");
    });
    await withServer(200, async (port) => {
      expect((await checkPort(port)).found).toMatch(/gateway answers/u);
    });
    expect((await checkPort(taken)).found).toBe("free");
  });
});

describe("checkDataFolder", () => {
  test("a private folder is right", async () => {
    chmodSync(folder, 0o700);
    expect((await checkDataFolder(folder)).state).toBe("ok");
  });

  test("one that others can read is not", async () => {
    chmodSync(folder, 0o755);
    expect(await checkDataFolder(folder)).toMatchObject({ state: "failed", advice: `chmod 700 ${folder}` });
  });

  test("a file is not", async () => {
    writeFileSync(join(folder, "file"), "");
    expect((await checkDataFolder(join(folder, "file"))).state).toBe("failed");
    expect((await checkDataFolder(join(folder, "file", "below"))).state).toBe("failed");
  });

  test("one that the first start would make is right", async () => {
    expect(await checkDataFolder(join(folder, "a", "b"))).toMatchObject({
      state: "ok",
      found: expect.stringContaining("not there yet"),
    });
  });
});

describe("existing", () => {
  test("climbs to the nearest folder", async () => {
    mkdirSync(join(folder, "a"));
    expect(await existing(join(folder, "a", "b", "c"))).toBe(join(folder, "a"));
    expect(await existing("/nonexistent")).toBe("/");
  });
});

describe("checkPython", () => {
  test("finds none on an empty path, and says what to do", async () => {
    const result = await checkPython({ PATH: folder });
    expect(result).toMatchObject({ state: "failed", advice: expect.stringContaining("install one") });
  });

  test("finds one", async () => {
    program("python3", "echo 3 12 1");
    expect((await checkPython({ PATH: folder })).found).toBe("python3 (3.12)");
  });
});

describe("checkEnvironment", () => {
  test("absent is no fault: npm start makes it", async () => {
    program("python3", "echo 3 12 1");
    expect((await checkEnvironment(join(folder, "data"), { PATH: folder })).state).toBe("ok");
  });

  test("a named Python without MLflow is one", async () => {
    const python = program("mine", "echo mlflow sklearn");
    const result = await checkEnvironment(folder, { PATH: folder, MODELKEEP_PYTHON: python });
    expect(result).toMatchObject({
      state: "failed",
      found: expect.stringContaining("missing: mlflow sklearn"),
    });
  });

  test("a named Python that is not there is one", async () => {
    const env = { PATH: folder, MODELKEEP_PYTHON: join(folder, "away") };
    expect((await checkEnvironment(folder, env)).state).toBe("failed");
  });
});

describe("checkDisk", () => {
  test("says how much is free", async () => {
    expect((await checkDisk(folder)).found).toMatch(/^\d+\.\d GB free$/u);
  });
});
