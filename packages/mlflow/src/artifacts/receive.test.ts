import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../client.ts";
import { resolveModelUri } from "../uri/resolve.ts";
import { fetchModel } from "./fetch.ts";
import { openStore } from "../stores/open.ts";
import { Allowance, type FetchLimits, type FetchProgress } from "./limits.ts";

const BYTES = Buffer.alloc(100_000, "0123456789abcdef");

function sha256(bytes: Buffer = BYTES): string {
  return createHash("sha256").update(bytes).digest("hex");
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let folder: string;
const servers: Server[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "receive-"));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
  await rm(folder, { recursive: true });
});

/** A real server: `file` answers for `m/a`, listings name it alone. @returns its address and what was asked of it */
async function serve(
  file: Answer,
  entry: object = { path: "a", is_dir: false },
): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    if (url.searchParams.has("path")) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ files: url.searchParams.get("path") === "m" ? [entry] : [] }));
      return;
    }
    asked.push(request);
    file(request, response);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

async function get(
  url: string,
  limits: Partial<FetchLimits> = {},
  onProgress?: (progress: FetchProgress) => void,
): Promise<{ size: number; sha256: string } | undefined> {
  const opened = connect({
    trackingUri: url,
    token: "secret-token",
    env: {},
    maxRetries: 2,
    backoffFactor: 0,
    timeoutMilliseconds: 2_000,
  });
  const connection = (): typeof opened => opened;
  const resolved = await resolveModelUri("mlflow-artifacts:/m", connection);
  const options = { connection, limits, ...(onProgress === undefined ? {} : { onProgress }) };
  const [file] = await fetchModel(resolved, folder, options);
  return file;
}

/** Sends `BYTES` from where it is asked to, at most `most` of them, then cuts the connection. */
function dripping(most: number, etag: (attempt: number) => string | undefined, honoursRange = true): Answer {
  let attempt = 0;
  return (request, response) => {
    const mark = etag(attempt++);
    const range = /bytes=(\d+)-/u.exec(request.headers.range ?? "")?.[1];
    const resumed = honoursRange && range !== undefined && request.headers["if-range"] === mark;
    const from = resumed ? Number(range) : 0;
    const body = BYTES.subarray(from, from + most);
    response.writeHead(resumed ? 206 : 200, {
      "content-length": BYTES.length - from,
      ...(mark === undefined ? {} : { etag: mark }),
      ...(resumed ? { "content-range": `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` } : {}),
    });
    response.write(body, () => {
      if (from + most < BYTES.length) setImmediate(() => response.destroy());
      else response.end();
    });
  };
}

describe("a broken download", () => {
  test("is continued by range, and hashed as a whole", async () => {
    const { url, asked } = await serve(dripping(40_000, () => '"v1"'));
    expect(await get(url)).toMatchObject({ size: BYTES.length, sha256: sha256() });
    expect(asked.map(({ headers }) => headers.range)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=[1-9]\d*-$/u),
      expect.stringMatching(/^bytes=[1-9]\d*-$/u),
    ]);
    expect(asked[1]?.headers["if-range"]).toBe('"v1"');
  });

  test("begins again when the file was replaced meanwhile: two versions are never mixed", async () => {
    let sent = 0;
    const { url } = await serve((_request, response) => {
      const first = sent++ === 0;
      const body = first ? Buffer.alloc(1_000, "x") : BYTES.subarray(0, 1_000);
      response.writeHead(200, { etag: first ? '"v1"' : '"v2"', "content-length": 1_000 });
      if (first) response.write(body.subarray(0, 500), () => setImmediate(() => response.destroy()));
      else response.end(body);
    });
    expect(await get(url)).toMatchObject({ size: 1_000, sha256: sha256(BYTES.subarray(0, 1_000)) });
  });

  test.each([
    ["has no mark", () => undefined],
    ["has a weak mark", () => 'W/"v1"'],
    ["has a new mark each time", (attempt: number) => `"v${attempt}"`],
  ])("begins again when the file %s", async (_name, etag) => {
    const { url, asked } = await serve(dripping(40_000, etag));
    await expect(get(url)).rejects.toMatchObject({ code: "unavailable" });
    expect(asked).toHaveLength(3);
  });

  test("begins again when the part that is asked for is not there any more", async () => {
    let sent = 0;
    const { url } = await serve((request, response) => {
      const body = BYTES.subarray(0, 1_000);
      if (request.headers.range !== undefined) response.writeHead(416).end();
      else if (sent++ === 0) {
        response.writeHead(200, { etag: '"v1"', "content-length": 1_000 });
        response.write(body.subarray(0, 500), () => setImmediate(() => response.destroy()));
      } else response.writeHead(200, { "content-length": 1_000 }).end(body);
    });
    expect(await get(url)).toMatchObject({ size: 1_000 });
  });

  test.each([500, 502, 503, 429, 408])("is tried again after %d", async (status) => {
    let sent = 0;
    const { url } = await serve((_request, response) => {
      if (sent++ < 2) response.writeHead(status, { "retry-after": "0" }).end();
      else response.end("fine");
    });
    expect(await get(url)).toMatchObject({ size: 4 });
  });

  test.each([
    [400, "invalid"],
    [401, "unauthenticated"],
    [403, "permission-denied"],
    [404, "not-found"],
    [416, "invalid"],
    [304, "malformed"],
  ])("is not tried again after %d", async (status, code) => {
    const { url, asked } = await serve((_request, response) => response.writeHead(status).end());
    await expect(get(url)).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });
});

test("bytes that are not wanted after all hold no connection open", async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { etag: '"v2"' });
    response.write(BYTES);
  });
  const opened = connect({ trackingUri: url, env: {}, maxRetries: 0 });
  const store = await openStore({ kind: "proxy", path: "m/a", origin: undefined }, () => opened, {});
  const closed = Promise.withResolvers<unknown>();
  servers[0]?.on("connection", (socket: Socket) => socket.on("close", closed.resolve));
  expect(await store.single(new Allowance())).toMatchObject({ path: "a" });
  await closed.promise;
});

describe("a lying server", () => {
  test.each<[string, Answer, object | undefined, string]>([
    [
      "sends less than it listed",
      (_q, r) => r.end("123"),
      { path: "a", is_dir: false, file_size: 5 },
      "integrity",
    ],
    [
      "sends more than it listed",
      (_q, r) => r.end("123456"),
      { path: "a", is_dir: false, file_size: 5 },
      "integrity",
    ],
    [
      "answers a part that was not asked for",
      (_q, r) => r.writeHead(206, { "content-range": "bytes 5-9/10" }).end("56789"),
      undefined,
      "integrity",
    ],
    ["never ends", endless, undefined, "limit"],
    [
      "never ends although it listed a size",
      endless,
      { path: "a", is_dir: false, file_size: 5 },
      "integrity",
    ],
    ["redirects to a file", redirect("file:///etc/passwd"), undefined, "configuration"],
    [
      "redirects to the cloud's metadata",
      redirect("http://169.254.169.254/latest/meta-data"),
      undefined,
      "configuration",
    ],
    [
      "redirects to it in IPv6 clothes",
      redirect("http://[::ffff:169.254.169.254]/"),
      undefined,
      "configuration",
    ],
    ["redirects to it as a number", redirect("http://2852039166/"), undefined, "configuration"],
    ["redirects in a circle", redirect("/api/2.0/mlflow-artifacts/artifacts/m/a"), undefined, "unavailable"],
    ["redirects to nonsense", redirect("http://["), undefined, "malformed"],
  ])("that %s is refused", async (_name, answer, entry, code) => {
    const { url } = await serve(answer, entry);
    await expect(get(url, { maxFileBytes: 1_000_000 })).rejects.toMatchObject({ code });
  });

  test("that announces more than is allowed is refused before anything is fetched", async () => {
    const { url, asked } = await serve(endless, { path: "a", is_dir: false, file_size: 2 ** 40 });
    await expect(get(url)).rejects.toMatchObject({
      code: "limit",
      message: expect.stringContaining("maxBytes"),
    });
    expect(asked).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test("that names a store elsewhere gets no credential there, and the store's bytes come", async () => {
    const store = await serve((_request, response) => response.end("bytes"));
    const { url, asked } = await serve(
      redirect(`${store.url.replace("127.0.0.1", "localhost")}/x?signature=y`),
    );
    expect(await get(url)).toMatchObject({ size: 5 });
    expect(asked[0]?.headers.authorization).toBe("Bearer secret-token");
    expect(store.asked[0]?.headers.authorization).toBeUndefined();
  });
});

test("progress counts files and bytes up to what was announced", async () => {
  const seen: FetchProgress[] = [];
  const { url } = await serve((_request, response) => response.end("12345"), {
    path: "a",
    is_dir: false,
    file_size: 5,
  });
  await get(url, {}, (progress) => seen.push(progress));
  expect(seen.at(-1)).toEqual({ files: 1, totalFiles: 1, bytes: 5, totalBytes: 5 });
});

function endless(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200);
  const more = (): void => {
    if (!response.destroyed) response.write(BYTES, more);
  };
  more();
}

function redirect(location: string): Answer {
  return (_request, response) => response.writeHead(302, { location }).end();
}
