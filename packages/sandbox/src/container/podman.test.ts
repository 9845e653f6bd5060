import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_SANDBOX_LIMITS } from "../limits.ts";
import { podmanArguments } from "./arguments.ts";
import { podman, PodmanDriver } from "./podman.ts";

const python = { executable: "/py/bin/python", binds: ["/py"], links: [], trusted: true };
const view = { name: "n", python, root: "/r", model: "/m", libraries: ["/usr/lib"] };
const words = podmanArguments(view, DEFAULT_SANDBOX_LIMITS);

test.each([
  ["--network", "none"],
  ["--cap-drop", "ALL"],
  ["--security-opt", "no-new-privileges"],
  ["--user", "65534:65534"],
  ["--log-driver", "none"],
  ["--pids-limit", "64"],
  ["--memory", String(4 * 2 ** 30)],
])("%s %s", (name, value) => {
  expect(words[words.indexOf(name) + 1]).toBe(value);
});

test("every bind is read-only, and so is the root", () => {
  const binds = words.filter((_, index) => words[index - 1] === "-v");
  expect(binds).toHaveLength(4);
  expect(binds.filter((bind) => !bind.endsWith(":ro"))).toEqual([]);
  expect(words).toContain("--read-only");
});

test("a missing engine says what to install", async () => {
  const made = podman({ program: "no-such-engine" })(
    { python: "p", modelFolder: "m" },
    DEFAULT_SANDBOX_LIMITS,
  );
  await expect(made).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("install podman"),
  });
});

test("a model's own environment is refused", async () => {
  const options = { python: "p", modelFolder: "m", trusted: false };
  // `true` stands for an engine that is there.
  await expect(podman({ program: "true" })(options, DEFAULT_SANDBOX_LIMITS)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("managed environment only"),
  });
});

/** An engine whose containers hang; it writes down what it was asked, and its removals end with `code`. */
function hangingEngine(folder: string, code: number): PodmanDriver {
  const engine = join(folder, "engine");
  const script = `#!/bin/sh\necho "$1" >>"${folder}/asked"\n[ "$1" = rm ] && exit ${code}\nexec sleep 600\n`;
  writeFileSync(engine, script, { mode: 0o700 });
  return new PodmanDriver([engine], join(folder, "made"), view, DEFAULT_SANDBOX_LIMITS);
}

test("a container that hangs is killed, and removed once more when its program is gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "podman-"));
  try {
    const driver = hangingEngine(folder, 0);
    const cage = await driver.cage();
    await driver[Symbol.asyncDispose]();
    expect((await cage.ended).how).toBe("SIGKILL");
    const asked = readFileSync(join(folder, "asked"), "utf8").split("\n");
    expect(asked.filter((word) => word === "rm")).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a container that cannot be removed is said, not passed over", async () => {
  const folder = mkdtempSync(join(tmpdir(), "podman-"));
  try {
    const driver = hangingEngine(folder, 1);
    await driver.cage();
    await expect(driver[Symbol.asyncDispose]()).rejects.toThrow(/did not remove modelkeep-/u);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
