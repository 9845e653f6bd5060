import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Arguments } from "./arguments.ts";
import { pathInside } from "./ignored.ts";
import { progress } from "./progress.ts";

// The commands as they are built, where their doors are: options, paths, passwords, exit codes.

const START = fileURLToPath(new URL("../../dist/bundle/start.cjs", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-signing-cli-"));
  write("m/model.pkl", "weights");
  write("m/sub/a.py", "a = 1");
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  write("key.pem", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const cipher = { cipher: "aes-256-cbc", passphrase: "s3cret" };
  write("locked.pem", privateKey.export({ type: "pkcs8", format: "pem", ...cipher }).toString());
  write("key.pub", publicKey.export({ type: "spki", format: "pem" }).toString());
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [START, ...argv], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

const sign = (...more: string[]) => run(["sign", "key", "m", "--private-key", "key.pem", ...more]);
const verify = (...more: string[]) =>
  run(["verify", "key", "m", "--public-key", "key.pub", "--signature", "model.sig", ...more]);

describe("modelkeep sign and verify", () => {
  test("write model.sig where nothing is said, and print one document in JSON", () => {
    expect(JSON.parse(sign("--format", "json").stdout)).toMatchObject({
      signed: true,
      signature: "model.sig",
      files: 2,
    });
    const { status, stdout, stderr } = verify("--format", "json");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, error: null, differences: [], files: 2 });
  });

  test("leave nothing behind where they fail", () => {
    write("m/link", "x");
    rmSync(join(folder, "m/link"));
    symlinkSync("model.pkl", join(folder, "m/link"));
    expect(sign()).toMatchObject({ status: 2, stdout: "" });
    expect(sign("--allow-symlinks", "--signature", "no/such/folder/x.sig")).toMatchObject({ status: 2 });
    expect(readdirSync(folder).toSorted()).toEqual(["key.pem", "key.pub", "locked.pem", "m"]);
  });

  test("take the password from the option or the environment, and never print it", () => {
    const locked = ["sign", "key", "m", "--private-key", "locked.pem"];
    expect(run([...locked, "--password", "s3cret"])).toMatchObject({ status: 0 });
    expect(run(locked, { MODELKEEP_KEY_PASSWORD: "s3cret" })).toMatchObject({ status: 0 });
    expect(verify()).toMatchObject({ status: 0 });
    for (const { status, stderr } of [run(locked), run([...locked, "--password", "wr0ng"])]) {
      expect(status).toBe(2);
      expect(stderr).not.toMatch(/s3cret|wr0ng/u);
    }
  });

  test("warn of a .github that is not signed, and refuse it unless told", () => {
    write("m/.github/x.yml", "x");
    expect(sign()).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(".github is not signed") as unknown,
    });
    expect(verify()).toMatchObject({ status: 1 });
    expect(verify("--ignore-git-paths")).toMatchObject({ status: 0 });
    expect(sign("--no-ignore-git-paths")).toMatchObject({ status: 0, stderr: "" });
    expect(verify("--no-ignore-git-paths")).toMatchObject({ status: 0 });
  });

  test("count ignored paths from the working directory, and only inside of the model", () => {
    expect(sign("--ignore-paths", "m/sub")).toMatchObject({ status: 0 });
    const refused = verify();
    expect(refused).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('unsigned "sub/a.py"') as unknown,
    });
    expect(refused.stderr).toContain("--ignore-paths");
    expect(verify("--ignore_paths", "./m/sub/")).toMatchObject({ status: 0 });
    expect(verify("--ignore-paths", "sub")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("did you mean m/sub") as unknown,
    });
    for (const path of ["m", "/etc", "..", "key.pem"])
      expect(verify("--ignore-paths", path)).toMatchObject({ status: 2 });
  });

  test("sign the same in the two ways to start", () => {
    const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
    sign();
    for (const argv of [
      ["verify"],
      ["sign", "--help"],
      ["verify", "key", "-h"],
      ["verify", "pkcs11-key"],
      ["sign", "key"],
    ]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...argv], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(run(argv)).toEqual({ status, stdout, stderr });
    }
  });

  test.each([
    ["no bundle", "{}"],
    ["no JSON", "hello"],
    ["nothing", ""],
    ["nesting", "[".repeat(1_000_000)],
  ])("a signature that is %s does not verify", (_, content) => {
    write("model.sig", content);
    expect(verify()).toMatchObject({ status: 1, stdout: "Verification failed\n" });
    expect(verify("--format", "json").stdout).toContain('"verified":false');
  });

  test.each([
    [["--format", "xml"]],
    [["--jobs", "0"]],
    [["--jobs", "many"]],
    [["--hash", "md5"]],
    [["--shard-size", "0"]],
    [["--shard-size", "1e9"]],
    [["m"]],
    [["--nonsense"]],
  ])("sign … %j is a mistake", (more) => {
    expect(sign(...more)).toMatchObject({ status: 2, stdout: "" });
    expect(existsSync(join(folder, "model.sig"))).toBe(false);
  });
});

describe("Arguments", () => {
  const specs = { "a-b": { type: "string" }, flag: { type: "boolean" } } as const;

  test.each([[["--a_b", "x_y"]], [["--a-b", "x_y"]], [["--a_b=x_y"]]])(
    "%j names one option, and its value stays as it is",
    (argv) => {
      expect(new Arguments("sign key", argv, specs).text("a-b")).toBe("x_y");
    },
  );

  test("what follows -- is no option", () => {
    expect(new Arguments("sign key", ["--flag", "--", "--a_b"], specs).model()).toBe("--a_b");
  });

  test("a switch that is not given is neither on nor off", () => {
    expect(new Arguments("sign key", [], specs).flag("flag")).toBeUndefined();
    expect(new Arguments("sign key", ["--no-flag"], specs).flag("flag")).toBe(false);
  });
});

describe("pathInside", () => {
  test("knows the model under every name, and follows the folders above, not the path itself", () => {
    symlinkSync(join(folder, "m"), join(folder, "alias"));
    symlinkSync("/etc", join(folder, "m/out"));
    expect(pathInside(join(folder, "m"), join(folder, "m"))).toBe(".");
    expect(pathInside(join(folder, "m"), join(folder, "alias/sub/a.py"))).toBe("sub/a.py");
    expect(pathInside(join(folder, "m"), join(folder, "m/out"))).toBe("out");
    expect(pathInside(join(folder, "m"), join(folder, "m/sub/../../key.pem"))).toBeUndefined();
    expect(pathInside(join(folder, "m"), join(folder, "m2"))).toBeUndefined();
    expect(pathInside(join(folder, "m"), join(folder, "m/gone/x"))).toBe("gone/x");
  });
});

describe("progress", () => {
  test("is silent where nobody looks", () => {
    const lines: string[] = [];
    using bar = progress({ isTTY: false, write: (text) => lines.push(String(text)) > 0 });
    bar.add(1e9);
    expect(lines).toEqual([]);
  });
});
