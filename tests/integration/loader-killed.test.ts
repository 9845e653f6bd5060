import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecureMLflowLoader } from "@modelkeep/model-io";
import { afterEach, beforeEach, expect, test } from "vitest";

const IRIS = join(import.meta.dirname, "../../packages/model-io/fixtures/iris");
const LOADER = new URL("../../packages/modelkeep/dist/loader.js", import.meta.url).href;
const LARGE = Buffer.alloc(12_000_000, "modelkeep ");

let folder: string;
let server: Server;
let url: string;
/** Ranges that were asked of the large file. */
let ranges: (string | undefined)[];
/** Told when the large file stands half sent. */
let half: PromiseWithResolvers<undefined>;
let stalls: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loader-killed-"));
  ranges = [];
  half = Promise.withResolvers();
  stalls = true;
  const files = new Map<string, Buffer>([["large.txt", LARGE]]);
  for (const name of await readdir(IRIS)) files.set(name, await readFile(join(IRIS, name)));
  server = createServer((request, response) => {
    const { searchParams, pathname } = new URL(request.url ?? "", "http://x");
    if (searchParams.has("path")) {
      const listed = [...files].map(([path, bytes]) => ({ path, is_dir: false, file_size: bytes.length }));
      response.end(JSON.stringify({ files: listed }));
      return;
    }
    const name = pathname.split("/").at(-1) ?? "";
    const bytes = files.get(name) ?? Buffer.alloc(0);
    if (name !== "large.txt") {
      response.end(bytes);
      return;
    }
    const { range } = request.headers;
    ranges.push(range);
    const from = Number(/^bytes=(\d+)-$/u.exec(range ?? "")?.[1] ?? 0);
    const resumed = from > 0 && request.headers["if-range"] === '"v1"';
    const start = resumed ? from : 0;
    response.writeHead(resumed ? 206 : 200, {
      "content-length": bytes.length - start,
      etag: '"v1"',
      ...(resumed ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (!stalls) response.end(bytes.subarray(start));
    else response.write(bytes.subarray(start, start + 8_000_000), () => half.resolve(undefined));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  url = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Loads in another process, which says when a good part of the large file is on its disk. */
const CHILD = `
const [loader, trackingUri, quarantineFolder, cache] = process.argv.slice(1);
const { SecureMLflowLoader } = await import(loader);
const opened = await SecureMLflowLoader.open({
  trackingUri, quarantineFolder, engine: "native", cache: { folder: cache },
  onProgress: ({ bytes }) => { if (bytes > 6_000_000) process.stdout.write("half "); },
});
await opened.safeLoadModel("mlflow-artifacts:/m");
`;

test("kill -9 in the middle of a download: nothing half is loaded, the next one cleans up and goes on", async () => {
  const quarantine = join(folder, "quarantine");
  const cache = join(folder, "cache");
  const env = { ...process.env, MODELKEEP_STATE: join(folder, "state") };
  const argv = ["--input-type=module", "-e", CHILD, LOADER, url, quarantine, cache];
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "inherit"] });
  await Promise.all([once(child.stdout, "data"), half.promise]);
  child.kill("SIGKILL");
  await once(child, "exit");
  const left = await readdir(quarantine);
  expect(left).toEqual([expect.stringMatching(/^modelkeep-model-/u)]);

  stalls = false;
  await using loader = await SecureMLflowLoader.open({
    ...{ trackingUri: url, quarantineFolder: quarantine, engine: "native", cache: { folder: cache } },
    env: { MODELKEEP_STATE: join(folder, "state") },
  });
  const model = await loader.safeLoadModel("mlflow-artifacts:/m");
  expect(model.report.files.find(({ path }) => path === "large.txt")?.size).toBe(LARGE.length);
  const now = await readdir(quarantine);
  expect(now).toHaveLength(1);
  expect(now).not.toEqual(left);
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d{5,}-$/u)]);
  await model[Symbol.asyncDispose]();
  expect(await readdir(quarantine)).toEqual([]);
});
