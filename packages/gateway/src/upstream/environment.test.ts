import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensurePythonEnvironment } from "./environment.ts";

/** Answers as a Python would, and makes "virtual environments" that hold a copy of itself. */
const FAKE_PYTHON = `#!/bin/sh
here=$(dirname "$0")
case "$*" in
  *ensurepip*) echo "3 11 1" ;;
  *find_spec*) cat "$here/missing" 2>/dev/null || echo complete ;;
  *"-m venv"*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python"; echo venv >> "$FAKE_LOG" ;;
  *"-m pip config"*) echo "global.index-url='https://mirror.example/simple'" ;;
  *"-m pip install"*) echo "pip $*" >> "$PIP_LOG"; test ! -e "$PIP_FAILS" || { cat "$PIP_FAILS" >&2; exit 1; } ;;
  *"-m uv"*) echo "uv $UV_DEFAULT_INDEX $*" >> "$PIP_LOG" ;;
  *"import mlflow"*) test ! -e "$here/../../../unimportable" || { echo "ImportError: no libfoo"; exit 1; } ;;
  *) exit 9 ;;
esac
`;

let folder: string;
let env: NodeJS.ProcessEnv;
const file = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-env-"));
  writeFileSync(file("python3"), FAKE_PYTHON.replaceAll("$FAKE_LOG", file("log")));
  chmodSync(file("python3"), 0o755);
  writeFileSync(file("some.lock"), "mlflow==1 --hash=sha256:00\n");
  env = {
    PATH: `${folder}:/usr/bin:/bin`,
    MODELKEEP_BOOT_PYTHON: file("python3"),
    PIP_LOG: file("log"),
    PIP_FAILS: file("pip-fails"),
    AWS_SECRET_ACCESS_KEY: "secret",
  };
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const ensure = (): ReturnType<typeof ensurePythonEnvironment> =>
  ensurePythonEnvironment({ dataDir: file("data"), lockFile: file("some.lock"), env });

describe("ensurePythonEnvironment", () => {
  test("makes it once, from the lock with hashes, and points `current` to it", async () => {
    const first = await ensure();
    expect(first.made).toBe(true);
    const log = readFileSync(file("log"), "utf8");
    expect(log).toMatch(/pip .*--require-hashes/u);
    expect(log).toMatch(
      /uv https:\/\/mirror\.example\/simple .*--require-hashes --compile-bytecode.*some\.lock/u,
    );
    expect(first.python).toContain(readlinkSync(file("data/python/current")));
    expect(await ensure()).toEqual({ python: first.python, made: false });
    expect(readFileSync(file("log"), "utf8")).toBe(log);
  });

  test("another lock is another environment; the old one stays", async () => {
    const first = await ensure();
    writeFileSync(file("some.lock"), "mlflow==2 --hash=sha256:00\n");
    const second = await ensure();
    expect(second.made).toBe(true);
    expect(second.python).not.toBe(first.python);
    expect(existsSync(first.python)).toBe(true);
  });

  test("a half-made one is never used", async () => {
    const { python } = await ensure();
    rmSync(join(python, "..", "..", "modelkeep.json"));
    expect((await ensure()).made).toBe(true);
  });

  test.each([
    ["a module is missing", (python: string) => writeFileSync(join(python, "..", "missing"), "sklearn\n")],
    ["its interpreter is gone", (python: string) => rmSync(python)],
    ["its interpreter fails", (python: string) => writeFileSync(python, "#!/bin/sh\nexit 1\n")],
  ])("is made again when %s", async (_, damage) => {
    const { python } = await ensure();
    damage(python);
    const lines: string[] = [];
    const options = { dataDir: file("data"), lockFile: file("some.lock"), env };
    const again = await ensurePythonEnvironment({ ...options, onProgress: (line) => lines.push(line) });
    expect(again).toEqual({ python, made: true });
    expect(lines[0]).toMatch(/is broken .*making it again/u);
    expect((await ensure()).made).toBe(false);
  });

  test.each([
    ["ERROR: Could not find a version that satisfies the requirement uv", /check the network/u],
    ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", /differs from the lock file: do not go on/u],
    ["ERROR: Could not install: [Errno 28] No space left on device", /free some disk space/u],
  ])("a failing installer is explained: %s", async (said, advice) => {
    writeFileSync(file("pip-fails"), said);
    await expect(ensure()).rejects.toThrow(advice);
    rmSync(file("pip-fails"));
    expect((await ensure()).made).toBe(true);
  });

  test("one that does not import MLflow is not used", async () => {
    writeFileSync(file("data-unimportable"), "");
    const failing = FAKE_PYTHON.replaceAll("$FAKE_LOG", file("log")).replace(
      "$here/../../../unimportable",
      file("data-unimportable"),
    );
    writeFileSync(file("python3"), failing);
    await expect(ensure()).rejects.toThrow(/does not import MLflow \(ImportError: no libfoo\)/u);
    rmSync(file("data-unimportable"));
    expect((await ensure()).made).toBe(true);
  });

  test("says that the lock file is missing", async () => {
    rmSync(file("some.lock"));
    await expect(ensure()).rejects.toThrow(/some\.lock cannot be read: restore it from git/u);
  });

  test("no secret of the user reaches an installer", async () => {
    writeFileSync(
      file("python3"),
      FAKE_PYTHON.replaceAll("$FAKE_LOG", file("log"))
        .replace("*ensurepip*)", "*leak*) ;;\n  *ensurepip*)")
        .replace('echo "pip $*"', 'echo "pip $* $AWS_SECRET_ACCESS_KEY"'),
    );
    await ensure();
    expect(readFileSync(file("log"), "utf8")).not.toContain("secret");
  });

  test("two at once make one", async () => {
    const results = await Promise.all([ensure(), ensure()]);
    expect(results.filter((result) => result.made)).toHaveLength(1);
  });
});
