import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkDataFolder, checkEnvironment, checkPython, existing } from "./data.ts";
import { checkBubblewrap, checkDisk, checkNode, checkPort } from "./machine.ts";
import { checkControlGroups, checkEngine, checkGvisor, checkNamespaces, checkSeccomp } from "./sandbox.ts";
import { checkOsv, checkSettings, checkUv } from "./settings.ts";

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

describe("what the sandbox stands on", () => {
  test("user namespaces: forbidden, possible, not known", () => {
    const forbidden = program("unshare", "echo 'unshare: Operation not permitted' >&2; exit 1");
    expect(checkNamespaces(forbidden)).toMatchObject({
      state: "warning",
      found: "unshare: Operation not permitted",
      advice: expect.stringContaining("namespaces"),
    });
    expect(checkNamespaces(program("works", "exit 0")).state).toBe("ok");
    expect(checkNamespaces(join(folder, "away")).found).toMatch(/not known/u);
  });

  test.each([
    ["x64", "kill_process kill_thread trap errno allow", "ok"],
    ["x64", "kill_thread errno", "warning"],
    ["arm64", "", "warning"],
    ["riscv64", "kill_process errno", "warning"],
  ])("seccomp on %s with %j: %s", (arch, actions, state) => {
    expect(checkSeccomp(arch, actions).state).toBe(state);
  });

  test("control groups: which, or what stands in for them", () => {
    expect(checkControlGroups("cgroup v2")).toMatchObject({
      state: "ok",
      found: expect.stringContaining("v2"),
    });
    expect(checkControlGroups("watch")).toMatchObject({
      state: "warning",
      advice: expect.stringContaining("Delegate"),
    });
  });

  test("an engine that is not there matters only when the configuration names it", async () => {
    const away = join(folder, "away");
    expect(await checkEngine("podman", {}, away)).toMatchObject({
      state: "ok",
      found: expect.stringContaining("not needed"),
    });
    expect(await checkEngine("podman", { driver: "podman" }, away)).toMatchObject({
      state: "failed",
      advice: expect.stringContaining("install podman"),
    });
    const docker = program(
      "docker",
      `case "$1" in --version) echo Docker 28;; *) echo '{"runc":{}} "runc"';; esac`,
    );
    expect((await checkEngine("docker", {}, docker)).found).toMatch(/runtime runc \(not the sandbox/u);
    expect(await checkEngine("docker", { driver: "docker", runtime: "runsc" }, docker)).toMatchObject({
      state: "failed",
      found: expect.stringContaining("no runtime runsc"),
    });
  });

  test("gVisor is optional until it is asked for", () => {
    const away = join(folder, "away");
    expect(checkGvisor({}, away).state).toBe("ok");
    expect(checkGvisor({ runtime: "/opt/runsc" }, away).state).toBe("failed");
    expect(checkGvisor({}, program("runsc", "echo runsc version 1; echo spec: 1.0")).found).toBe(
      "runsc version 1",
    );
  });
});

describe("the configuration", () => {
  const config = (text: string): string => {
    const file = join(folder, "modelkeep.yaml");
    writeFileSync(file, text);
    return file;
  };

  test("none is right, and so is one that fits", async () => {
    expect((await checkSettings({}, undefined)).diagnosis.state).toBe("ok");
    const { diagnosis, wishes } = await checkSettings(
      {},
      config("sandbox: {driver: docker, runtime: runsc, osv: a.zip}"),
    );
    expect(diagnosis.state).toBe("ok");
    expect(wishes).toMatchObject({ driver: "docker", runtime: "runsc", osv: "a.zip" });
  });

  test.each([
    ["sandbox: {drivr: docker}", /unknown key "sandbox.drivr"; did you mean sandbox.driver/u],
    ["sandbox: {driver: chroot}", /no sandbox driver "chroot"/u],
    ["policy: away.yaml", /away.yaml/u],
    ["trust: {signers: {a: {key: away.pub}}}", /away.pub|rules/u],
    ["a: [", /modelkeep.yaml/u],
  ])("%s is a finding, not the end", async (text, found) => {
    const { diagnosis, wishes } = await checkSettings({}, config(text));
    expect(diagnosis).toMatchObject({
      state: "failed",
      found: expect.stringMatching(found),
      advice: expect.anything(),
    });
    expect(wishes).toEqual({});
  });
});

describe("OSV data", () => {
  const records = (modified: string): string => {
    const affected = [{ package: { ecosystem: "PyPI", name: "numpy" }, versions: ["1.0"] }];
    writeFileSync(join(folder, "a.json"), JSON.stringify({ id: "P-1", modified, affected }));
    return folder;
  };
  const now = Date.parse("2026-01-31T00:00:00Z");

  test("fresh, old, none, unreadable, empty", () => {
    expect(checkOsv(records("2026-01-30T00:00:00Z"), now)).toMatchObject({
      state: "ok",
      found: expect.stringContaining("1 advisories"),
    });
    expect(checkOsv(records("2025-01-30T00:00:00Z"), now)).toMatchObject({
      state: "warning",
      found: expect.stringContaining("366 days"),
    });
    expect(checkOsv(undefined).state).toBe("warning");
    expect(checkOsv(join(folder, "away")).state).toBe("failed");
    mkdirSync(join(folder, "empty"));
    expect(checkOsv(join(folder, "empty")).state).toBe("failed");
  });
});

test("uv: beside the managed Python, or missing", () => {
  mkdirSync(join(folder, "bin"));
  const python = join(folder, "bin", "python");
  program("bin/uv", "echo uv 0.9");
  expect(checkUv({ MODELKEEP_PYTHON: python }).found).toMatch(/^uv 0.9 \(/u);
  program("bin/uv", "exit 1");
  expect(checkUv({ MODELKEEP_PYTHON: python })).toMatchObject({
    state: "warning",
    found: expect.stringContaining("does not start"),
  });
});
