import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../client.ts";
import type { Connection } from "../http/connection.ts";
import { resolveModelUri } from "../uri/resolve.ts";
import { fetchModel } from "./fetch.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fetch-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

/** A fake artifact proxy. `listing` replaces what it lists at the root. */
function server(
  files: Files,
  listing?: readonly object[],
  headers: Record<string, string> = {},
): () => Connection {
  const opened = connect({
    trackingUri: "http://mlflow.test",
    env: {},
    maxRetries: 0,
    fetch: async (address) => {
      const url = new URL(address);
      const path = url.searchParams.get("path");
      if (path === null) {
        const name = decodeURIComponent(url.pathname.split("/artifacts/m/")[1] ?? "");
        const text = files[name];
        return text === undefined ? new Response("", { status: 404 }) : new Response(text, { headers });
      }
      return Response.json({ files: path === "m" && listing !== undefined ? listing : listed(files, path) });
    },
  });
  return () => opened;
}

function listed(files: Files, path: string): object[] {
  const prefix = path === "m" ? "" : `${path.slice(2)}/`;
  const below = Object.keys(files)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  const names = new Set(below.map((name) => name.split("/")[0] ?? ""));
  return [...names].map((name) => ({
    path: name,
    is_dir: !(prefix + name in files),
    file_size: files[prefix + name]?.length,
  }));
}

let runs = 0;

async function fetched(connection: () => Connection, limits = {}): Promise<string[]> {
  const resolved = await resolveModelUri("mlflow-artifacts:/m", connection);
  return (await fetchModel(resolved, join(folder, `out-${runs++}`), { connection, limits })).map(
    (file) => file.path,
  );
}

describe("fetchModel from the artifact proxy", () => {
  test("writes private, read-only files with their hashes", async () => {
    const connection = server({ MLmodel: "a", "data/x y.bin": "" });
    const files = await fetchModel(await resolveModelUri("mlflow-artifacts:/m", connection), folder, {
      connection,
    });
    expect(files).toEqual([
      {
        path: "MLmodel",
        size: 1,
        sha256: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
      },
      {
        path: "data/x y.bin",
        size: 0,
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
    ]);
    expect((await stat(join(folder, "MLmodel"))).mode & 0o777).toBe(0o400);
    expect(await readFile(join(folder, "MLmodel"), "utf8")).toBe("a");
  });

  test.each([
    ["../evil"],
    ["/etc/passwd"],
    [".."],
    ["."],
    [""],
    ["a\\b"],
    ["a\u0000b"],
    ["a\u202eb"],
    ["C:x"],
    ["x".repeat(300)],
    ["e\u0301"],
  ])("refuses the name %j", async (path) => {
    await expect(fetched(server({}, [{ path, is_dir: false }]))).rejects.toMatchObject({ code: "limit" });
  });

  test.each([
    ["names that differ in case only", [{ path: "a" }, { path: "A" }], "limit"],
    ["no name", [{ is_dir: false }], "malformed"],
    ["a size that is none", [{ path: "a", file_size: -5 }], "malformed"],
    ["nothing", [], "not-found"],
  ])("refuses a listing with %s", async (_name, listing, code) => {
    await expect(fetched(server({ a: "1", A: "2" }, listing))).rejects.toMatchObject({ code });
  });

  test("finds a file that is shorter or longer than announced", async () => {
    const listing = [{ path: "a", is_dir: false, file_size: 5 }];
    await expect(fetched(server({ a: "123" }, listing))).rejects.toMatchObject({ code: "integrity" });
    await expect(fetched(server({ a: "123" }, undefined, { "content-length": "9" }))).rejects.toMatchObject({
      code: "integrity",
    });
  });

  test("stops at each limit", async () => {
    const files = { a: "123", b: "456", "c/d/e": "7" };
    await expect(fetched(server(files), { maxFiles: 2 })).rejects.toMatchObject({ code: "limit" });
    await expect(fetched(server(files), { maxBytes: 5 })).rejects.toMatchObject({ code: "limit" });
    await expect(fetched(server(files), { maxDepth: 1 })).rejects.toMatchObject({ code: "limit" });
  });

  test("ends at a folder that contains itself without end", async () => {
    const opened = connect({
      trackingUri: "http://mlflow.test",
      env: {},
      fetch: async () => Response.json({ files: [{ path: "again", is_dir: true }] }),
    });
    await expect(fetched(() => opened)).rejects.toMatchObject({ code: "limit" });
  });
});

describe("fetchModel from a folder", () => {
  const local = async (path: string): Promise<string[]> => {
    const none = (): never => {
      throw new Error("no server is needed");
    };
    const files = await fetchModel(await resolveModelUri(path, none), join(folder, "out"), {
      connection: none,
    });
    return files.map((file) => file.path);
  };

  test("copies what is there", async () => {
    await mkdir(join(folder, "in/sub"), { recursive: true });
    await writeFile(join(folder, "in/sub/a"), "x");
    expect(await local(join(folder, "in"))).toEqual(["sub/a"]);
  });

  test("refuses links, files in place of folders, and what is not there", async () => {
    await mkdir(join(folder, "in"));
    await symlink("/etc/hostname", join(folder, "in/link"));
    await expect(local(join(folder, "in"))).rejects.toMatchObject({ code: "limit" });
    await writeFile(join(folder, "file"), "x");
    await expect(local(join(folder, "file"))).rejects.toMatchObject({ code: "not-found" });
    await expect(local(join(folder, "nothing"))).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("resolveModelUri", () => {
  const remote = (artifactUri: string, trackingUri = "https://mlflow.test"): (() => Connection) => {
    const opened = connect({
      trackingUri,
      env: {},
      fetch: async () => Response.json({ artifact_uri: artifactUri }),
    });
    return () => opened;
  };

  test("does not let a server on another machine name a folder of this one", async () => {
    await expect(resolveModelUri("models:/a/1", remote("/etc"))).rejects.toMatchObject({
      code: "configuration",
    });
    await expect(resolveModelUri("models:/a/1", remote("file:///etc"))).rejects.toMatchObject({
      code: "configuration",
    });
    expect(await resolveModelUri("models:/a/1", remote("/data", "http://127.0.0.1:5000"))).toMatchObject({
      locations: [{ kind: "local", path: "/data" }],
    });
  });

  test("does not go in a circle", async () => {
    await expect(resolveModelUri("models:/a/1", remote("models:/a/1"))).rejects.toMatchObject({
      code: "malformed",
    });
  });

  test.each([
    ["s3://bucket/x", { kind: "s3", bucket: "bucket", path: "x/sub %41" }],
    ["mlflow-artifacts:/x%20y", { kind: "proxy", path: "x y/sub %41", origin: undefined }],
    ["mlflow-artifacts://mlflow.test/x", { kind: "proxy", path: "x/sub %41", origin: undefined }],
    ["mlflow-artifacts://other.test/x", { kind: "proxy", origin: new URL("https://other.test") }],
    [
      "https://mlflow.test/api/2.0/mlflow-artifacts/artifacts/a/b",
      { kind: "proxy", path: "a/b/sub %41", origin: undefined },
    ],
  ])("takes %s from the server, and what follows a version as it stands", async (artifactUri, location) => {
    const found = await resolveModelUri("models:/a/1/sub %41", remote(artifactUri));
    expect(found).toMatchObject({ name: "a", version: "1", locations: [location] });
  });

  test.each([
    ["ftp://host/x"],
    ["hdfs://host/x"],
    ["wasbs://c@evil.example/x"],
    ["r2://b@evil.example/x"],
    ["https://evil.test/x"],
  ])("refuses %s from the server", async (artifactUri) => {
    await expect(resolveModelUri("models:/a/1", remote(artifactUri))).rejects.toMatchObject({
      code: "configuration",
    });
  });
});
