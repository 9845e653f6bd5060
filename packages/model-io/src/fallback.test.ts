import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelkeepError } from "@modelkeep/findings";
import { scanModelFolder } from "@modelkeep/scanner/model/model-folder";
import { DEFAULT_POLICY, type Policy } from "@modelkeep/scanner/policy";
import { searchAuditLog } from "@modelkeep/audit-log/search";
import { verifyAuditLog } from "@modelkeep/audit-log/verify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccessEvent } from "./access/event.ts";
import { SecureMLflowLoader } from "./loader.ts";
import type { LoaderNotice, LoaderOptions, ModelScanner } from "./options.ts";

const IRIS = join(import.meta.dirname, "../fixtures/iris");
const URI = "models:/flowers@champion";
const ROWS = {
  columns: ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
  data: [[5, 3, 1.5, 0.2]],
};
/** Written by hand: `os.system` of a marker, protocol 0. */
const HOSTILE = "cposix\nsystem\n(S'touch marker'\ntR.";

let folder: string;
let server: Server;
let notices: LoaderNotice[];
const opened: SecureMLflowLoader[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fallback-"));
  notices = [];
  server = { version: "1", away: false, files: new Map(), asked: [] };
  for (const name of await readdir(IRIS)) server.files.set(name, await readFile(join(IRIS, name)));
});
afterEach(async () => {
  for (const loader of opened.splice(0)) await loader[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A fake tracking server with one model. */
interface Server {
  version: string;
  away: boolean;
  status?: number;
  etag?: (name: string) => string;
  files: Map<string, Buffer>;
  asked: string[];
}

async function answer(address: string, init: { headers: Record<string, string> }): Promise<Response> {
  const url = new URL(address);
  if (server.away) throw new Error("connection refused");
  if (server.status !== undefined) return new Response("{}", { status: server.status });
  if (url.pathname.endsWith("/alias"))
    return Response.json({ model_version: { name: "flowers", version: server.version } });
  if (url.pathname.endsWith("/get-download-uri"))
    return Response.json({ artifact_uri: "mlflow-artifacts:/m" });
  if (url.searchParams.has("path"))
    return Response.json({
      files: [...server.files].map(([path, bytes]) => ({ path, is_dir: false, file_size: bytes.length })),
    });
  const name = url.pathname.split("/").at(-1) ?? "";
  const etag = server.etag?.(name);
  if (etag !== undefined && init.headers["if-none-match"] === etag)
    return new Response(null, { status: 304 });
  server.asked.push(name);
  const body = server.files.get(name);
  return body === undefined
    ? new Response("", { status: 404 })
    : new Response(new Uint8Array(body), { headers: etag === undefined ? {} : { etag } });
}

const scanner: ModelScanner = { scanModel: async (path, options) => await scanModelFolder(path, options) };

async function open(more: LoaderOptions = {}): Promise<SecureMLflowLoader> {
  const loader = await SecureMLflowLoader.open({
    trackingUri: "http://mlflow.test",
    fetch: answer,
    maxRetries: 0,
    engine: "native",
    env: { MODELKEEP_STATE: join(folder, "state") },
    quarantineFolder: join(folder, "quarantine"),
    cache: { folder: join(folder, "cache") },
    fallback: "last-verified",
    scanner,
    onNotice: (notice) => notices.push(notice),
    ...more,
  });
  opened.push(loader);
  return loader;
}

/** Loads version 1, which passes, and poisons what the server gives as version 2. */
async function verifiedThenPoisoned(): Promise<void> {
  await (await open()).safeLoadModel(URI);
  server.version = "2";
  server.files.set("model.pkl", Buffer.from(HOSTILE));
}

async function blobPaths(): Promise<string[]> {
  const entries = await readdir(join(folder, "cache/blobs"), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function overwrite(path: string, bytes: string): Promise<void> {
  await chmod(path, 0o600);
  await writeFile(path, bytes);
}

describe("fallback last-verified", () => {
  test("a poisoned new version is answered by the last verified one, loudly", async () => {
    await verifiedThenPoisoned();
    const accesses: AccessEvent[] = [];
    const loader = await open({ onAccess: (event) => void accesses.push(event) });
    const model = await loader.safeLoadModel(URI);
    expect(model.version).toBe("1");
    expect(model.fallback).toMatchObject({
      code: "NOT_ADMITTED",
      reason: expect.stringContaining("malicious"),
    });
    expect(await model.predict({ dataframe_split: ROWS })).toEqual({ predictions: [0] });
    expect(notices).toMatchObject([{ kind: "fallback", message: expect.stringContaining("FALLBACK") }]);
    expect(accesses).toMatchObject([
      {
        decision: "allow",
        version: "1",
        verdict: "allowlisted",
        fallback: expect.stringContaining("malicious"),
      },
    ]);
    await expect(stat("marker")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a server that is away is answered for", async () => {
    await (await open()).safeLoadModel(URI);
    server.away = true;
    const model = await (await open()).safeLoadModel(URI);
    expect(model).toMatchObject({ version: "1", fallback: { code: "UNAVAILABLE" } });
  });

  test("is off by default, and per load", async () => {
    await verifiedThenPoisoned();
    await expect((await open({ fallback: "none" })).safeLoadModel(URI)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
    });
    await expect((await open()).safeLoadModel(URI, { fallback: "none" })).rejects.toMatchObject({
      code: "NOT_ADMITTED",
    });
    expect(notices).toEqual([]);
  });

  test("refuses when nothing was verified before, and says what to do", async () => {
    server.files.set("model.pkl", Buffer.from(HOSTILE));
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringMatching(/malicious.*no version.*passed on this machine before/u),
    });
    expect(await readdir(join(folder, "quarantine"))).toEqual([]);
  });

  test("a version that was fetched but never passed is never what is fallen back to", async () => {
    server.files.set("model.pkl", Buffer.from(HOSTILE));
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({ code: "NOT_ADMITTED" });
    server.away = true;
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test.each([
    ["hostile bytes", HOSTILE],
    ["no bytes", ""],
  ])("refuses when the kept bytes were replaced by %s", async (_name, bytes) => {
    await verifiedThenPoisoned();
    for (const path of await blobPaths()) await overwrite(path, bytes);
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({ code: "INTEGRITY" });
    expect(notices.map(({ kind }) => kind)).toContain("changed-bytes");
  });

  test("refuses when the kept bytes are gone", async () => {
    await verifiedThenPoisoned();
    for (const path of await blobPaths()) await rm(path);
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  test("refuses when the record was changed, or made by somebody without the key", async () => {
    await verifiedThenPoisoned();
    const [name = ""] = await readdir(join(folder, "cache/verified"));
    const path = join(folder, "cache/verified", name);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"version":"1"', '"version":"9"'));
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({ code: "INTEGRITY" });
    await writeFile(path, text);
    await rm(join(folder, "state/cache-key"));
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  test("refuses what was admitted then and is not today: nothing is skipped", async () => {
    await verifiedThenPoisoned();
    const strict: Policy = { ...DEFAULT_POLICY, admit: ["inert"] };
    const today: ModelScanner = {
      scanModel: async (path, options) => await scanModelFolder(path, { ...options, policy: strict }),
    };
    await expect((await open({ policy: strict, scanner: today })).safeLoadModel(URI)).rejects.toMatchObject({
      code: "NOT_ADMITTED",
      message: expect.stringContaining("last verified version is refused today"),
    });
  });

  test("refuses when the caller's recorded hashes are others", async () => {
    await verifiedThenPoisoned();
    const hashes = new Map([["MLmodel", "0".repeat(64)]]);
    await expect((await open()).safeLoadModel(URI, { hashes })).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  test.each([
    [404, "NOT_FOUND"],
    [403, "PERMISSION_DENIED"],
    [401, "UNAUTHENTICATED"],
  ])("does not answer for a %d: somebody took it away on purpose", async (status, code) => {
    await (await open()).safeLoadModel(URI);
    server.status = status;
    await expect((await open()).safeLoadModel(URI)).rejects.toMatchObject({ code });
  });

  test("another server's or another address's version is not taken", async () => {
    await verifiedThenPoisoned();
    const elsewhere = await open({ trackingUri: "http://other.test" });
    await expect(elsewhere.safeLoadModel(URI)).rejects.toMatchObject({ code: "NOT_ADMITTED" });
    await expect((await open()).safeLoadModel("models:/flowers@other")).rejects.toMatchObject({
      code: "NOT_ADMITTED",
    });
  });

  test("works for a folder too", async () => {
    const copy = join(folder, "iris");
    await cp(IRIS, copy, { recursive: true });
    await (await open()).safeLoadModel(copy);
    await overwrite(join(copy, "model.pkl"), HOSTILE);
    expect(await (await open()).safeLoadModel(copy)).toMatchObject({ fallback: { code: "NOT_ADMITTED" } });
  });

  test("needs a cache", async () => {
    await expect(open({ cache: false })).rejects.toMatchObject({ code: "CONFIGURATION" });
    await expect(
      SecureMLflowLoader.open({ fallback: "last-verified", env: { MODELKEEP_CACHE: "off" } }),
    ).rejects.toMatchObject({ code: "CONFIGURATION" });
    await expect(open({ fallback: "newest" as never })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("the cache of a loader", () => {
  test("asks for no bytes again when the store marks them, and for all when it does not", async () => {
    server.etag = (name) => `"${name}-1"`;
    await (await open()).safeLoadModel(URI);
    const first = server.asked.splice(0).length;
    expect(first).toBe(server.files.size);
    await (await open()).safeLoadModel(URI);
    expect(server.asked).toEqual([]);
    delete server.etag;
    await (await open()).safeLoadModel(URI);
    expect(server.asked.length).toBeGreaterThanOrEqual(first);
  });

  test("a file that was changed in it is told of and fetched again", async () => {
    server.etag = (name) => `"${name}-1"`;
    await (await open({ fallback: "none" })).safeLoadModel(URI);
    server.asked = [];
    for (const path of await blobPaths()) await overwrite(path, HOSTILE);
    const model = await (await open({ fallback: "none" })).safeLoadModel(URI);
    expect(await model.predict({ dataframe_split: ROWS })).toEqual({ predictions: [0] });
    expect(server.asked).toHaveLength(server.files.size);
    expect(new Set(notices.map(({ kind }) => kind))).toEqual(new Set(["changed-bytes"]));
  });

  test("a record that names other bytes is not believed", async () => {
    server.etag = (name) => `"${name}-1"`;
    await (await open({ fallback: "none" })).safeLoadModel(URI);
    const sources = join(folder, "cache/sources");
    const names = await readdir(sources);
    const texts = await Promise.all(names.map(async (name) => await readFile(join(sources, name), "utf8")));
    // Each record in the next one's place: sealed, but for another name.
    for (const [index, name] of names.entries())
      await writeFile(join(sources, name), texts[(index + 1) % texts.length] ?? "");
    await (await open({ fallback: "none" })).safeLoadModel(URI);
    expect(new Set(notices.map(({ kind }) => kind))).toEqual(new Set(["broken-record"]));
  });

  test("of somebody else, or open to others, is refused", async () => {
    await (await open()).safeLoadModel(URI);
    await chmod(join(folder, "cache"), 0o777);
    await expect(open()).rejects.toMatchObject({ code: "CONFIGURATION" });
  });
});

describe("accesses", () => {
  test("are rows of an audit log that verifies: hashes, verdict, engine, refusals too", async () => {
    const auditLog = join(folder, "log");
    const loader = await open({ auditLog, principal: "ada", fallback: "none" });
    const model = await loader.safeLoadModel(URI);
    server.files.set("model.pkl", Buffer.from(HOSTILE));
    await expect(loader.safeLoadModel(URI)).rejects.toMatchObject({ code: "NOT_ADMITTED" });
    server.away = true;
    await expect(loader.safeLoadModel(URI)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const rows = [];
    for await (const row of searchAuditLog(auditLog, {})) rows.push(row);
    const common = { principal: "ada", action: "models.load", uri: URI };
    expect(rows).toMatchObject([
      {
        ...common,
        ...{
          decision: "allow",
          version: "1",
          verdict: "allowlisted",
          engine: "native",
          sha256: model.digest,
        },
        resource: "registered-model:flowers",
        files: expect.stringMatching(/^[0-9a-f]{64} {2}MLmodel\n/u),
      },
      {
        ...common,
        decision: "deny",
        verdict: "malicious",
        reason: expect.stringMatching(/^NOT_ADMITTED: /u),
      },
      { ...common, decision: "deny", reason: expect.stringMatching(/^UNAVAILABLE: /u) },
    ]);
    expect(await verifyAuditLog(auditLog)).toEqual({ rows: 3, problems: [] });
    const manifest = await readFile(join(auditLog, "audit/manifests", `${model.digest}.sha256sum`), "utf8");
    expect(manifest).toBe(rows[0]?.files);
  });

  test("that cannot be recorded do not happen", async () => {
    await writeFile(join(folder, "file"), "");
    const loader = await open({ auditLog: join(folder, "file") });
    await expect(loader.safeLoadModel(URI)).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    const refusing = await open({
      onAccess: () => {
        throw new Error("no disk");
      },
    });
    await expect(refusing.safeLoadModel(URI)).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    expect(await readdir(join(folder, "quarantine"))).toEqual([]);
  });

  test("are not recorded in a log that was changed", async () => {
    const auditLog = join(folder, "log");
    const loader = await open({ auditLog });
    await loader.safeLoadModel(URI);
    const path = join(auditLog, "audit/log.jsonl");
    await writeFile(path, (await readFile(path, "utf8")).replace('"allow"', '"deny"'));
    await expect(loader.safeLoadModel(URI)).rejects.toBeInstanceOf(ModelkeepError);
    await expect(loader.safeLoadModel(URI)).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  });
});
