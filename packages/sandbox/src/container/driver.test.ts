import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CageDriver } from "../driver.ts";
import { driverFor } from "../driver-choice.ts";
import { DEFAULT_SANDBOX_LIMITS } from "../limits.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "containers-test-"));
  mkdirSync(join(folder, "model"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An engine that writes down what it was asked; `run` hangs, the rest is up to the script. */
function engine(script: string): string {
  const file = join(folder, "engine");
  const head = `#!/bin/sh\necho "$@" >>"${folder}/asked"\ncase "$1" in --runtime) shift 2;; esac\n`;
  writeFileSync(file, `${head}${script}\n`, { mode: 0o700 });
  return file;
}

const asked = (): string[] => readFileSync(join(folder, "asked"), "utf8").split("\n");
const DOCKER = `case "$1" in
--version) echo "Docker version 28";;
info) echo '{"runc":{},"io.containerd.runc.v2":{}} "runc"';;
image) exit 1;;
import) cat >"$0.imported";;
run) exec sleep 600;;`;

async function open(driver: "podman" | "docker", program: string, more: object = {}): Promise<CageDriver> {
  const model = { python: process.execPath, modelFolder: join(folder, "model") };
  const choice = { driver, program, image: "keep:1", ...more };
  return await driverFor(choice)(model, DEFAULT_SANDBOX_LIMITS);
}

describe("what is missing is said by name, before a model is near", () => {
  test.each([
    ["an engine that is not there", "podman", "", {}, /no-such does not start.*install podman/su],
    [
      "a daemon that does not answer",
      "docker",
      `${DOCKER.replace(/info.*/u, "info) echo 'Cannot connect' >&2; exit 1;;")} esac`,
      {},
      /daemon does not answer \(Cannot connect\)/u,
    ],
    [
      "gVisor",
      "docker",
      `${DOCKER} esac`,
      { runtime: "runsc" },
      /no runtime runsc \(it knows runc, .*install gVisor/u,
    ],
    [
      "a runtime of podman",
      "podman",
      'case "$1" in --version) echo podman version 4;; *) echo "invalid runtime" >&2; exit 125;; esac',
      { runtime: "youki" },
      /no runtime youki \(invalid runtime\): install it/u,
    ],
    ["an image", "docker", `${DOCKER} esac`, {}, /no image "keep:1": pull or build it first/u],
    [
      "an option as a runtime",
      "docker",
      `${DOCKER} esac`,
      { runtime: "--privileged" },
      /no name of an OCI runtime/u,
    ],
    [
      "an option as an image",
      "docker",
      `${DOCKER} esac`,
      { image: "--privileged" },
      /no image "--privileged"/u,
    ],
  ] as const)("%s", async (_name, driver, script, more, reason) => {
    const program = script === "" ? join(folder, "no-such") : engine(script);
    await expect(open(driver, program, more)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(reason),
    });
  });

  test.each([
    [{ driver: "chroot" as "docker" }, /no sandbox driver "chroot"/u],
    [{ runtime: "runsc" }, /sandbox.runtime is for containers/u],
    [{ driver: "bubblewrap", image: "a" } as const, /sandbox.image is for containers/u],
    [{ driver: "docker", rootfs: "/" } as const, /docker runs no folder/u],
    [{ driver: "podman", rootfs: "/", image: "a" } as const, /exclude each other/u],
  ])("options that do not go together: %j", (choice, reason) => {
    expect(() => driverFor(choice)).toThrow(reason);
  });

  test("a folder that is none, and a model's own packages in an image", async () => {
    const podman = engine('case "$1" in --version) echo podman version 4;; info) echo crun;; esac');
    const more = { image: undefined, rootfs: join(folder, "away") };
    await expect(open("podman", podman, more)).rejects.toThrow(/is no folder/u);
    const model = { python: "p", modelFolder: join(folder, "model"), trusted: false };
    const made = driverFor({ driver: "podman", program: podman, rootfs: folder })(
      model,
      DEFAULT_SANDBOX_LIMITS,
    );
    await expect(made).rejects.toThrow(/brings its own Python/u);
  });
});

const HANGING = DOCKER.replace("image) exit 1;;", "image) ;;");

test("a container that hangs is killed by name, and its label is asked for until none is left", async () => {
  // The first list still has one, as when it was being made while its program was killed.
  const driver = await open(
    "docker",
    engine(`${HANGING} ps) [ -e ${folder}/gone ] || echo late; touch ${folder}/gone;; esac`),
  );
  expect(driver.info).toEqual({ driver: "docker", runtime: "runc", memory: "engine" });
  const cage = await driver.cage();
  await driver[Symbol.asyncDispose]();
  expect((await cage.ended).how).toBe("SIGKILL");
  const removals = asked().filter((line) => line.startsWith("rm "));
  expect(removals).toContain("rm --force late");
  expect(removals.some((line) => line.startsWith("rm --force modelkeep-"))).toBe(true);
});

test("a container that cannot be removed is said, not passed over", async () => {
  const driver = await open("docker", engine(`${HANGING} ps) echo stubborn;; rm) exit 1;; esac`));
  await driver.cage();
  await expect(driver[Symbol.asyncDispose]()).rejects.toThrow(/did not remove stubborn/u);
});

test("an engine that fails is no death of a model: the cage never was", async () => {
  const driver = await open("docker", engine(`${HANGING.replace("exec sleep 600", "exit 125")} esac`));
  expect(await (await driver.cage()).ended).toEqual({ how: "code 125", notStarted: true });
  await driver[Symbol.asyncDispose]();
});

test("nothing is asked of the engine for a model that never started", async () => {
  const driver = await open("docker", engine(`${HANGING} esac`));
  await driver[Symbol.asyncDispose]();
  expect(asked().filter((line) => /^(?:ps|rm)/u.test(line))).toEqual([]);
  expect(existsSync(join(folder, "engine.imported"))).toBe(false);
});
