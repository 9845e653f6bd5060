import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { missingOptional } from "../../scripts/lib/lock.mjs";
import { committedFiles, root } from "./repository.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly allowScripts?: Record<string, boolean>;
}

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly resolved?: string;
}

const manifests = committedFiles().filter((file) => /^(?:packages\/[^/]+\/)?package\.json$/u.test(file));
const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, LockEntry> };

describe("packages", () => {
  test.each(manifests)("%s pins every dependency exactly and states the licence", (file) => {
    const manifest = JSON.parse(read(file)) as Manifest;
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u.test(version));
    expect(loose).toEqual([]);
    expect(manifest.license).toBe("Apache-2.0");
  });

  test("the lock names no registry, and a hash for every package that this platform installs", () => {
    const foreign = Object.entries(lock.packages).filter(([path]) => path.includes("node_modules/"));
    expect(foreign.length).toBeGreaterThan(100);
    expect(foreign.filter(([, entry]) => entry.resolved?.includes("://")).map(([path]) => path)).toEqual([]);
    const unhashed = foreign.filter(
      ([, entry]) => !entry.link && !entry.optional && entry.integrity === undefined,
    );
    expect(unhashed.map(([path]) => path)).toEqual([]);
  });

  test("the lock is complete for every platform (npm run lock:complete)", () => {
    expect(missingOptional(lock).map((missing) => missing.path)).toEqual([]);
    const pinned = { packages: { "": { optionalDependencies: { "thing-linux-x64-musl": "1.2.3" } } } };
    expect(missingOptional(pinned)).toEqual([
      {
        path: "node_modules/thing-linux-x64-musl",
        entry: { version: "1.2.3", optional: true, cpu: ["x64"], libc: ["musl"], os: ["linux"] },
      },
    ]);
  });

  test("every package with an install script is listed in allowScripts", () => {
    const { allowScripts = {} } = JSON.parse(read("package.json")) as Manifest;
    const withScript = Object.entries(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//u, ""));
    expect(withScript.filter((name) => !(name in allowScripts))).toEqual([]);
  });
});

describe("Python locks", () => {
  test.each(["python/requirements.lock", "python/uv.lock.txt"])(
    "%s: no address, a hash for each line",
    (file) => {
      const text = read(file);
      expect(text).not.toMatch(/:\/\/|--(?:extra-)?index-url|--find-links|--trusted-host/u);
      const requirements = text.split(/\n(?=[a-z0-9])/iu);
      expect(
        requirements.filter((block) => !/^[\w.[\]-]+==[^\s]+[\s\S]*--hash=sha256:[0-9a-f]{64}/u.test(block)),
      ).toEqual([]);
    },
  );

  test("the lock holds what the environment needs, MLflow among it", () => {
    for (const name of ["mlflow", "scikit-learn", "skops", "cloudpickle", "joblib", "pandas", "uvicorn"]) {
      expect(read("python/requirements.lock")).toMatch(new RegExp(`^${name}==`, "mu"));
    }
  });
});

describe("committed files", () => {
  /** Words that would tie the repository to one machine or one registry, put together so that they do not stand here. */
  const FORBIDDEN = [
    ["", "work", "main"].join("/"),
    ["", "tmp", "ev"].join("/"),
    `${["", "root", ""].join("/")}.`,
    ["registry", "npmjs", "org"].join("."),
    ["files", "pythonhosted", "org"].join("."),
    ["pypi", "org", "simple"].join("/").replace("pypi/org", "pypi.org"),
    ["proxy", "golang", "org"].join("."),
  ];
  // What the audit is tried on says what people write, addresses of registries and homes of root among it.
  const texts = committedFiles().filter(
    (file) =>
      !file.startsWith("packages/code-audit/samples/") &&
      /\.(?:[cm]?[jt]sx?|json|md|py|ya?ml|in|lock|txt|sh|toml)$|\.ci\/|bin\//u.test(file),
  );

  test.each(FORBIDDEN)("none names %s", (word) => {
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.filter((file) => read(file).includes(word))).toEqual([]);
  });

  test("none is large", () => {
    const large = committedFiles().filter((file) => statSync(join(root, file)).size > 400_000);
    expect(large).toEqual([]);
  });

  test("none holds a private key or a cloud credential", () => {
    const secret =
      /-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{60}|\bAKIA(?!IOSFODNN7EXAMPLE)[A-Z0-9]{16}\b/u;
    const suspicious = texts.filter((file) => !file.endsWith(".test.ts") && secret.test(read(file)));
    expect(suspicious).toEqual([]);
  });
});
