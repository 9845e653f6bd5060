import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "../cli.ts";

// Standard output is written to by its descriptor, see its own test; here what is written counts, help included.
vi.mock("./standard-output.ts", () => ({
  standardOutput: () => ({ write: (text: string) => void process.stdout.write(text), close: () => {} }),
}));

const HOSTILE = Buffer.from("\x80\x02cos\nsystem\nX\x06\x00\x00\x00marker\x85R.", "latin1");
let folder: string;
let stdout: string;
let stderr: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modelkeep-scan-"));
  stdout = "";
  stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function lines(): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

describe("exit codes", () => {
  test("0 when everything is admitted", async () => {
    expect(await main(["scan", file("a.json", '{"a": 1}\n')])).toBe(0);
    expect(stdout).toContain("1 file: 1 admitted, 0 refused");
    expect(stderr).toBe("");
  });

  test("1 when something is not", async () => {
    expect(await main(["scan", file("a.json", "{}\n"), file("model.pkl", HOSTILE)])).toBe(1);
    expect(stdout).toContain("os.system('marker')");
    expect(stdout).toContain("2 files: 1 admitted, 1 refused");
  });

  test("2 when something could not be read, and the rest is scanned all the same", async () => {
    expect(await main(["scan", join(folder, "none.pkl"), file("model.pkl", HOSTILE)])).toBe(2);
    expect(stderr).toMatch(/^modelkeep: .*none\.pkl.*\n$/u);
    expect(stdout).toContain("malicious");
  });

  test.each([
    [["scan"]],
    [["scan", "--format", "xml", "x"]],
    [["scan", "--frobnicate"]],
    [["sacn", "x"]],
    [[]],
  ])("2 for %j", async (argv) => {
    expect(await main(argv)).toBe(2);
    expect(stdout).toBe("");
  });

  test("--fail-on draws another line", async () => {
    const unknown = file("x.bin", Uint8Array.from([1, 2, 3, 4, 5, 255, 254]));
    expect(await main(["scan", unknown])).toBe(1);
    expect(await main(["scan", "--fail-on", "malicious", unknown])).toBe(0);
    expect(await main(["scan", "--fail-on", "inert", file("a.json", "{}\n")])).toBe(1);
  });
});

describe("formats", () => {
  test("jsonl is one line a file with the promised fields", async () => {
    expect(
      await main(["scan", "--format", "jsonl", file("model.pkl", HOSTILE), file("a.json", "{}\n")]),
    ).toBe(1);
    const [first, second] = lines();
    expect(first).toMatchObject({
      path: join(folder, "model.pkl"),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
      size: HOSTILE.length,
      format: "pickle",
      verdict: "malicious",
      admitted: false,
      coverage: { bytes: HOSTILE.length, explained: HOSTILE.length },
    });
    expect(second).toMatchObject({ verdict: "inert", admitted: true, findings: [] });
  });

  test.each(["json", "sarif", "cyclonedx"])("%s alone is on standard output", async (format) => {
    await main(["scan", "--format", format, file("model.pkl", HOSTILE)]);
    expect(() => void JSON.parse(stdout)).not.toThrow();
  });

  test("--output writes a file whole, and nothing else", async () => {
    const output = join(folder, "report.html");
    expect(await main(["scan", "--format", "html", "-o", output, file("model.pkl", HOSTILE)])).toBe(1);
    expect(stdout).toBe("");
    expect(readFileSync(output, "utf8")).toMatch(/^<!doctype html>/u);
    expect(readdirSync(folder).sort()).toEqual(["model.pkl", "report.html"]);
  });

  test("--output into nowhere is an error in one line", async () => {
    expect(await main(["scan", "-o", join(folder, "no/such/report"), file("a.json", "{}\n")])).toBe(2);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("--trace", () => {
  test("prints the graph as pseudo-code beside the report", async () => {
    expect(await main(["scan", "--trace", file("model.pkl", HOSTILE)])).toBe(1);
    expect(stdout).toMatch(/os\.system|system\(/u);
    expect(stdout.length).toBeGreaterThan(HOSTILE.length * 4);
  });
});

describe("folders", () => {
  test("are walked; links are refused, not followed", async () => {
    file("runs/a.json", "{}\n");
    file("runs/deep/model.pkl", HOSTILE);
    symlinkSync("/etc/hostname", join(folder, "runs/link.txt"));
    expect(await main(["scan", "--format", "jsonl", join(folder, "runs")])).toBe(1);
    expect(lines().map(({ path, verdict }) => [String(path).slice(folder.length), verdict])).toEqual([
      ["/runs/a.json", "inert"],
      ["/runs/deep/model.pkl", "malicious"],
      ["/runs/link.txt", "unanalyzable"],
    ]);
  });

  test("with a MLmodel are one model", async () => {
    const mlmodel =
      "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n";
    file("m/MLmodel", mlmodel);
    expect(await main(["scan", "--format", "json", join(folder, "m")])).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "unanalyzable",
      models: [{ path: join(folder, "m"), kind: "mlflow-model", findings: [{ ruleId: "MK1405" }] }],
      files: [{ verdict: "unanalyzable", format: "mlmodel" }],
    });
  });

  test("that are empty scan nothing", async () => {
    expect(await main(["scan", folder])).toBe(0);
  });
});

test("a URI that cannot be fetched is an error, not an empty scan", async () => {
  expect(await main(["scan", "s3://bucket/model"])).toBe(2);
  expect(stderr).toMatch(/^modelkeep: .*s3:\/\/bucket\/model.*\n$/u);
});

test("a policy file decides", async () => {
  const policy = file("policy.yaml", "admit: [inert, allowlisted, unanalyzable]\n");
  expect(await main(["scan", "--policy", policy, file("x.bin", Uint8Array.from([1, 2, 255]))])).toBe(0);
  expect(await main(["scan", "--policy", policy, file("model.pkl", HOSTILE)])).toBe(1);
  expect(await main(["scan", "--policy", file("bad.yaml", "admt: []\n"), file("a.json", "{}\n")])).toBe(2);
  expect(stderr).toContain("did you mean admit?");
});
