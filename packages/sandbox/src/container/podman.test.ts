import { expect, test } from "vitest";
import { DEFAULT_SANDBOX_LIMITS } from "../limits.ts";
import { podmanArguments } from "./arguments.ts";
import { podman } from "./podman.ts";

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
