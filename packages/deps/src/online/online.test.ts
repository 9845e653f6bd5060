import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditProject, exitCodeOf } from "../audit.ts";
import { tell } from "../messages/said.ts";
import { readProject } from "../project.ts";
import { gatherOnline } from "./gather.ts";
import { configuredIndex } from "./index-url.ts";

const NOW = Date.parse("2024-11-01T00:00:00Z");
let folder = "";
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deps-online-"));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

type Answer = (path: string, body: unknown, request: IncomingMessage) => unknown;

/** A server on loopback; `undefined` is 404, a number a status, a text is sent as it is. */
async function serve(answer: Answer): Promise<string> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const given = answer(request.url ?? "", text === "" ? undefined : JSON.parse(text), request);
    response.statusCode = given === undefined ? 404 : typeof given === "number" ? given : 200;
    response.end(typeof given === "string" ? given : JSON.stringify(given ?? {}));
  };
  const made = createServer((request, response) => void handle(request, response));
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, "127.0.0.1", resolve);
  });
  const address = made.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

interface Query {
  readonly package: { readonly name: string };
  readonly page_token?: string;
}

const vulnerability = (id: string, name: string, fixed: string): object => ({
  ...{ id, modified: "2024-10-01T00:00:00Z" },
  affected: [
    {
      package: { ecosystem: "PyPI", name },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed }] }],
    },
  ],
});

/** As google.github.io/osv.dev/api documents it. */
const osv: Answer = (path, body) => {
  if (path === "/v1/querybatch") {
    const { queries } = body as { queries: Query[] };
    return {
      results: queries.map((one) =>
        one.package.name === "clean" ? {} : { vulns: [{ id: "X", modified: "2024-01-01T00:00:00Z" }] },
      ),
    };
  }
  const { package: asked, page_token: token } = body as Query;
  if (path !== "/v1/query") return undefined;
  if (token === undefined)
    return { vulns: [vulnerability("PYSEC-1", asked.name, "2.0")], next_page_token: "two" };
  return { vulns: [vulnerability("PYSEC-2", asked.name, "3.0")] };
};

async function audit(requirements: string, url: { osvUrl?: string; indexUrl?: string }) {
  writeFileSync(join(folder, "requirements.txt"), requirements);
  const project = readProject([folder]);
  const data = await gatherOnline(project, {
    osvUrl: url.osvUrl,
    indexUrl: url.indexUrl,
    now: NOW,
    timeoutMs: 2_000,
  });
  return auditProject(project, { ...data, now: NOW });
}

describe("the OSV service", () => {
  test("packages in batches, records page by page", async () => {
    const report = await audit("bad==2.5\nclean==1.0\n", { osvUrl: await serve(osv) });
    expect(report.findings.map(({ id, line }) => [id, line])).toEqual([["PYSEC-2", 1]]);
    expect(report.packages.map(({ state }) => state)).toEqual(["vulnerable", "clean"]);
  });

  test.each<[string, Answer]>([
    ["is busy", () => 503],
    ["refuses", () => 403],
    ["answers no JSON", () => "<html>"],
    ["answers too few results", (path) => (path === "/v1/querybatch" ? { results: [] } : undefined)],
    ["answers nonsense", () => [1]],
    [
      "answers a record that is none",
      (path, body) => (path === "/v1/querybatch" ? osv(path, body, {} as IncomingMessage) : { vulns: [{}] }),
    ],
    [
      "answers pages without end",
      (path, body) =>
        path === "/v1/querybatch"
          ? osv(path, body, {} as IncomingMessage)
          : { vulns: [], next_page_token: "again" },
    ],
    [
      "fails at the records",
      (path, body) => (path === "/v1/querybatch" ? osv(path, body, {} as IncomingMessage) : 500),
    ],
  ])("that %s leaves packages not looked up, with 2", async (_name, answer) => {
    const report = await audit("bad==2.5\n", { osvUrl: await serve(answer) });
    expect(report.packages[0]?.state).toBe("skipped");
    expect(report.findings[0]?.ruleId).toBe("MK3004");
    expect(exitCodeOf(report, "critical")).toBe(2);
  });

  test("that is not there", async () => {
    const report = await audit("bad==2.5\n", { osvUrl: "http://127.0.0.1:1" });
    expect(report.findings.map(({ message }) => tell(message)).join()).toMatch(/did not answer/u);
    expect([exitCodeOf(report, "critical"), report.sources[0]?.newest]).toEqual([2, undefined]);
  });
});

const HASH = "a".repeat(64);
const file = (more: object = {}): object => ({
  digests: { sha256: HASH },
  yanked: false,
  requires_python: ">=3.8",
  ...more,
});
/** As docs.pypi.org/api/json documents it. */
const index: Answer = (path, _body, request) => {
  if (path === "/root/pypi/foo/json")
    return {
      releases: {
        "1.0": [file()],
        "1.1": [file({ yanked: true, yanked_reason: "broken" })],
        "2.0": [file()],
        "3.0": [],
      },
    };
  if (path === "/root/pypi/foo/1.1/json" || path === "/root/pypi/foo/1.0/json")
    return {
      vulnerabilities: [
        { id: "PYSEC-7", aliases: ["CVE-7"], details: "bad", fixed_in: ["0.9", "2.0"] },
        { id: "GONE", withdrawn: "2024-01-01" },
      ],
      seen: request.headers.authorization,
    };
  return undefined;
};

describe("the index", () => {
  test("withdrawn releases and vulnerabilities of pinned versions", async () => {
    const url = (await serve(index)).replace("//", "//user:p%40ss@");
    const report = await audit("foo==1.1\n", { indexUrl: `${url}/root/simple/` });
    expect(report.findings.map(({ ruleId, fixed }) => [ruleId, fixed])).toEqual([
      ["MK3001", ["2.0"]],
      ["MK3009", undefined],
    ]);
    expect(tell(report.findings[1]?.message ?? fail())).toContain("broken");
    expect(JSON.stringify(report)).not.toContain("p%40ss");
  });

  test("knows nothing of a range, nor of what it does not have: that is said", async () => {
    const report = await audit("foo>=1.0\nother==1\n", { indexUrl: `${await serve(index)}/root/simple` });
    expect(report.packages.map(({ state }) => state)).toEqual(["skipped", "skipped"]);
    expect(exitCodeOf(report, "critical")).toBe(2);
  });
});

function fail(): never {
  throw new Error("there is no such finding");
}

describe("the index that pip and uv would use", () => {
  test("variables first, then files, later ones of pip's first", () => {
    expect(configuredIndex({ PIP_INDEX_URL: "https://a/simple" }, folder)).toBe("https://a/simple");
    expect(configuredIndex({ UV_DEFAULT_INDEX: "main=https://b/simple" }, folder)).toBe("https://b/simple");
    mkdirSync(join(folder, ".config", "uv"), { recursive: true });
    writeFileSync(
      join(folder, ".config", "uv", "uv.toml"),
      '[[index]]\nurl = "https://x"\n[[index]]\nurl = "https://c"\ndefault = true\n',
    );
    const env = { PIP_CONFIG_FILE: join(folder, "pip.conf"), XDG_CONFIG_HOME: join(folder, ".config") };
    writeFileSync(env.PIP_CONFIG_FILE, "[global]\ntimeout = 3\n");
    const none = configuredIndex({ ...env, PIP_CONFIG_FILE: "/dev/null" }, folder);
    expect(none).toBe("https://c");
    writeFileSync(
      env.PIP_CONFIG_FILE,
      "[list]\nindex-url = https://no\n[global]\nindex-url = https://d/simple\n",
    );
    expect(configuredIndex(env, folder)).toBe("https://d/simple");
  });
});
