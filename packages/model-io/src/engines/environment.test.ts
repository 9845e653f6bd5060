import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OsvDatabase } from "@modelkeep/deps";
import { sha256Of, bufferSource } from "@modelkeep/bytes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Quarantined } from "../quarantine.ts";
import { checkAdvisories, choosePython, hasAll, installerSettings } from "./environment.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "environment-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function managedWith(...installed: string[]): string {
  const site = join(folder, "venv", "lib", "python3.11", "site-packages");
  for (const name of installed) mkdirSync(join(site, `${name}.dist-info`), { recursive: true });
  return join(folder, "venv", "bin", "python");
}

function modelWith(files: Readonly<Record<string, string>>): Quarantined {
  const model = join(folder, "model");
  mkdirSync(model);
  const listed = Object.entries(files).map(([path, text]) => {
    writeFileSync(join(model, path), text);
    return { path, size: text.length, sha256: sha256Of(bufferSource(Buffer.from(text), path)) };
  });
  return {
    folder: model,
    source: model,
    files: listed,
    digest: "",
    [Symbol.asyncDispose]: async () => undefined,
  };
}

describe("which environment", () => {
  const python = (): string => managedWith("numpy-2.4.6", "Scikit_Learn-1.9.1");

  test("managed, whatever the model asks for", async () => {
    const chosen = await choosePython(modelWith({ "requirements.txt": "--index-url x" }), {
      python: python(),
    });
    expect(chosen).toEqual({ python: python(), trusted: true });
  });

  test("auto takes the managed one where it has everything", async () => {
    const model = modelWith({
      "requirements.txt": "scikit-learn==1.9.1\nnumpy>=2",
      "python_env.yaml": "python: 3.11.2\ndependencies: [-r requirements.txt]",
    });
    expect(await choosePython(model, { python: python(), environment: "auto" })).toMatchObject({
      trusted: true,
    });
  });

  test.each([
    ["another version", "numpy==2.4.5", undefined],
    ["a package that is not there", "xgboost", undefined],
    ["another Python", "numpy==2.4.6", "3.10.4"],
  ])("the managed one has not all: %s", (_name, requirement, wanted) => {
    const [name = "", specifier = ""] = requirement.split(/(?===)/u);
    const requirements = [{ name, extras: [], specifier, marker: "" }];
    expect(hasAll(python(), { python: wanted, requirements })).toBe(false);
  });

  test.each(["own", "auto"] as const)(
    "%s: requirements that are none refuse the model",
    async (environment) => {
      const model = modelWith({ "requirements.txt": "numpy\n--extra-index-url https://evil.example" });
      await expect(choosePython(model, { python: python(), environment })).rejects.toMatchObject({
        code: "NOT_ADMITTED",
        message: expect.stringContaining("option of the installer"),
      });
    },
  );

  test("requirements that changed after the scan are noticed", async () => {
    const model = modelWith({ "requirements.txt": "numpy" });
    writeFileSync(join(model.folder, "requirements.txt"), "evil!");
    await expect(choosePython(model, { python: python(), environment: "own" })).rejects.toMatchObject({
      code: "INTEGRITY",
    });
  });

  test("advisories that cannot be read refuse before anything is fetched", async () => {
    const model = modelWith({ "requirements.txt": "numpy" });
    const options = { python: python(), environment: "own", osv: join(folder, "away") } as const;
    await expect(choosePython(model, options)).rejects.toMatchObject({ code: "CONFIGURATION" });
  });
});

describe("advisories", () => {
  const lock = `numpy==1.0 --hash=sha256:${"a".repeat(64)}\n`;
  const database = (id: string, more: object = {}): OsvDatabase => {
    const affected = [{ package: { ecosystem: "PyPI", name: "numpy" }, versions: ["1.0"] }];
    const record = { id, modified: "2024-10-01T00:00:00Z", aliases: ["CVE-2024-1"], affected, ...more };
    writeFileSync(join(folder, "a.json"), JSON.stringify(record));
    return OsvDatabase.open(folder);
  };
  const medium = { database_specific: { severity: "MEDIUM" } };

  test("a known one refuses, by name; a milder one than the threshold does not", () => {
    expect(() => checkAdvisories(lock, database("P-1"), {})).toThrow(/numpy 1.0: CVE-2024-1, unknown/u);
    expect(() => checkAdvisories(lock, database("P-1", medium), {})).not.toThrow();
    expect(() => checkAdvisories(lock, database("P-1", medium), { failOn: "low" })).toThrow(/medium/u);
  });

  test("one that was accepted does not, by id or alias; malware always does", () => {
    for (const accepted of [["P-1"], ["CVE-2024-1"]])
      expect(() => checkAdvisories(lock, database("P-1"), { accepted })).not.toThrow();
    expect(() => checkAdvisories(lock, database("P-1"), { accepted: ["P-2"] })).toThrow(/P|CVE/u);
    expect(() => checkAdvisories(lock, database("MAL-1"), { accepted: ["MAL-1", "CVE-2024-1"] })).toThrow(
      /critical/u,
    );
  });

  test("what was not looked up, or only in old data, is said", () => {
    const said: string[] = [];
    const onNotice = (line: string): void => void said.push(line);
    checkAdvisories(lock, undefined, { onNotice });
    checkAdvisories(lock, database("P-1", medium), { onNotice }, Date.parse("2024-10-31T00:00:00Z"));
    expect(said).toEqual([
      expect.stringContaining("1 packages were not looked up"),
      expect.stringMatching(/1 advisories; the newest is 30 days old/u),
    ]);
  });
});

test("the installer is told of index, certificates and proxy, and of no other variable", () => {
  const env = {
    PIP_INDEX_URL: "http://i",
    PIP_CERT: "/c",
    https_proxy: "http://p",
    AWS_SECRET_ACCESS_KEY: "s",
    HOME: "/root",
    PIP_EXTRA_INDEX_URL: "http://x",
    UV_FIND_LINKS: "x",
  };
  expect([...installerSettings(env)]).toEqual([
    ["UV_DEFAULT_INDEX", "http://i"],
    ["SSL_CERT_FILE", "/c"],
    ["HTTPS_PROXY", "http://p"],
  ]);
});
