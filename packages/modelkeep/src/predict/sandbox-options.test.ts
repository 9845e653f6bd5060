import { describe, expect, test } from "vitest";
import { sandboxOptions } from "./sandbox-options.ts";

const options = (
  flag: string | undefined,
  sandbox: Record<string, string | number | boolean> = {},
  env = {},
): object => {
  const { onNotice, ...rest } = sandboxOptions({ envManager: flag }, { sandbox }, undefined, env);
  expect(onNotice).toBeTypeOf("function");
  return rest;
};

test("nothing given is nothing set", () => {
  expect(options(undefined)).toEqual({});
});

test.each([
  ["local", "managed"],
  ["virtualenv", "own"],
  ["uv", "own"],
  ["auto", "auto"],
])("MLflow's --env-manager %s is %s", (name, environment) => {
  expect(options(name)).toEqual({ environment });
});

test("the flag wins over the variable, and that over the file", () => {
  const file = { env_manager: "auto" };
  expect(options("uv", file, { MODELKEEP_ENV_MANAGER: "local" })).toMatchObject({ environment: "own" });
  expect(options(undefined, file, { MODELKEEP_ENV_MANAGER: "local" })).toMatchObject({
    environment: "managed",
  });
  expect(options(undefined, file)).toMatchObject({ environment: "auto" });
});

test("limits, workers and advisories of the file", () => {
  const file = {
    request_seconds: 5,
    memory_bytes: 2 ** 30,
    workers: 4,
    osv: "osv.zip",
    fail_on: "medium",
    accept_advisories: "A, B",
  };
  expect(options(undefined, file)).toEqual({
    limits: { requestMilliseconds: 5_000, memoryBytes: 2 ** 30 },
    workers: 4,
    osv: "osv.zip",
    failOn: "medium",
    accepted: ["A", "B"],
  });
});

test("the driver: flag, then variable, then file; its runtime, image and folder", () => {
  const file = { driver: "podman", runtime: "crun", image: "keep:1", rootfs: "/srv/root" };
  const chosen = (sandboxDriver: string | undefined, env: Record<string, string>): object =>
    sandboxOptions({ sandboxDriver }, { sandbox: file }, undefined, env);
  expect(chosen(undefined, {})).toMatchObject(file);
  expect(chosen(undefined, { MODELKEEP_SANDBOX_DRIVER: "docker" })).toMatchObject({ driver: "docker" });
  const both = { MODELKEEP_SANDBOX_DRIVER: "docker", MODELKEEP_OCI_RUNTIME: "runsc" };
  expect(chosen("bubblewrap", both)).toMatchObject({ driver: "bubblewrap", runtime: "runsc" });
  expect(() => chosen("chroot", {})).toThrow(/no sandbox driver "chroot"/u);
  expect(() => chosen(undefined, { MODELKEEP_SANDBOX_DRIVER: "__proto__" })).toThrow(/no sandbox driver/u);
});

describe("refused by name", () => {
  test.each<[string | undefined, Record<string, string | number>, RegExp]>([
    ["conda", {}, /no environment manager "conda"/u],
    ["__proto__", {}, /no environment manager/u],
    [undefined, { fail_on: "bad" }, /fail_on "bad" is no severity/u],
    [undefined, { workers: 0 }, /sandbox.workers is 0/u],
    [undefined, { threads: 1.5 }, /sandbox.threads is 1.5/u],
    [undefined, { request_seconds: -1 }, /whole number|request_seconds/u],
  ])("%s %j", (flag, file, reason) => {
    expect(() => options(flag, file)).toThrow(reason);
  });
});
