// Fetches and loads a model from real emulators of the object stores: npm run stores
// Each emulator that is named is started on loopback: MODELKEEP_MOTO (moto_server, PyPI moto[server]),
// MODELKEEP_AZURITE (azurite-blob, npm azurite), MODELKEEP_GCS (fake-gcs-server, Go). Build first.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SecureMLflowLoader } from "../../modelkeep/dist/loader.js";

const IRIS = join(import.meta.dirname, "../../model-io/fixtures/iris");
const PREFIX = "models/my model %41 ü#1";
const home = mkdtempSync(join(tmpdir(), "modelkeep-stores-"));
const files = new Map(readdirSync(IRIS).map((name) => [name, readFileSync(join(IRIS, name))]));
files.set("data/large.bin", Buffer.alloc(9_000_000, "x"));
const results = [];

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts an emulator, waits until it answers, and ends it after the work. */
async function withEmulator(command, argv, url, work) {
  const child = spawn(command, argv, { stdio: "ignore", cwd: home });
  try {
    for (let attempt = 0; ; attempt++) {
      const answered = await fetch(url).then(
        () => true,
        () => false,
      );
      if (answered) break;
      if (attempt > 150 || child.exitCode !== null) throw new Error(`${command} does not answer`);
      await sleep(200);
    }
    await work();
  } finally {
    child.kill("SIGKILL");
  }
}

/** Loads twice and checks every byte; the second time the store's marks spare the download. */
async function check(store, uri, env) {
  Object.assign(process.env, env, { MODELKEEP_STATE: join(home, "state") });
  const received = [];
  for (const round of [1, 2]) {
    let event;
    await using loader = await SecureMLflowLoader.open({
      engine: "native",
      cache: { folder: join(home, `cache-${store}`) },
      onAccess: (access) => void (event = access),
    });
    const model = await loader.safeLoadModel(uri);
    for (const [path, bytes] of files) {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      if (event.files.find((file) => file.path === path)?.sha256 !== sha256)
        throw new Error(`${store}, round ${round}: ${path} differs`);
    }
    received.push(model.digest);
  }
  await using loader = await SecureMLflowLoader.open({ cache: false });
  for (const [what, missing] of [["not there", `${uri}-nothing`]]) {
    const code = await loader.safeLoadModel(missing).then(
      () => "loaded",
      (error) => error.code,
    );
    if (code !== "NOT_FOUND") throw new Error(`${store}: what is ${what} gives ${code}`);
  }
  results.push(`${store}: ${files.size} files, every hash fits, ${uri}`);
}

async function s3(command) {
  const { S3Client, CreateBucketCommand, PutObjectCommand } = await import("@aws-sdk/client-s3");
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const env = {
    ...{ MLFLOW_S3_ENDPOINT_URL: endpoint, AWS_DEFAULT_REGION: "us-east-1" },
    ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
  };
  await withEmulator(command, ["-H", "127.0.0.1", "-p", String(port)], endpoint, async () => {
    Object.assign(process.env, env);
    const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: "bucket" }));
    await client.send(new PutObjectCommand({ Bucket: "bucket", Key: `${PREFIX}/data/`, Body: "" }));
    for (const [path, Body] of files)
      await client.send(new PutObjectCommand({ Bucket: "bucket", Key: `${PREFIX}/${path}`, Body }));
    await check("s3", `s3://bucket/${PREFIX}`, env);
  });
}

async function azure(command) {
  const { BlobServiceClient } = await import("@azure/storage-blob");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const account = "modelkeep";
  const key = randomBytes(64).toString("base64");
  process.env.AZURITE_ACCOUNTS = `${account}:${key}`;
  const connection = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${url}/${account};`;
  const argv = ["--blobPort", String(port), "--inMemoryPersistence", "--skipApiVersionCheck", "--silent"];
  await withEmulator(command, argv, url, async () => {
    const container = BlobServiceClient.fromConnectionString(connection).getContainerClient("container");
    await container.create();
    for (const [path, bytes] of files)
      await container.getBlockBlobClient(`${PREFIX}/${path}`).uploadData(bytes);
    const uri = `wasbs://container@${account}.blob.core.windows.net/${PREFIX}`;
    await check("azure", uri, { AZURE_STORAGE_CONNECTION_STRING: connection });
  });
}

async function gcs(command) {
  const { Storage } = await import("@google-cloud/storage");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const argv = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port), "-backend", "memory"];
  await withEmulator(command, argv, url, async () => {
    process.env.STORAGE_EMULATOR_HOST = url;
    const storage = new Storage({ apiEndpoint: url, projectId: "emulator" });
    storage.baseUrl = `${url}/storage/v1`;
    await storage.createBucket("bucket");
    for (const [path, bytes] of files)
      await storage.bucket("bucket").file(`${PREFIX}/${path}`).save(bytes, { resumable: false });
    await check("gcs", `gs://bucket/${PREFIX}`, { STORAGE_EMULATOR_HOST: url });
  });
}

const emulators = [
  ["MODELKEEP_MOTO", s3],
  ["MODELKEEP_AZURITE", azure],
  ["MODELKEEP_GCS", gcs],
];
try {
  const named = emulators.filter(([variable]) => process.env[variable]);
  if (named.length === 0) throw new Error(`name an emulator: ${emulators.map(([name]) => name).join(", ")}`);
  let failed = false;
  for (const [variable, run] of named) {
    try {
      await run(process.env[variable]);
    } catch (error) {
      failed = true;
      results.push(`${run.name}: FAILED: ${error.message}`);
      if (process.env.DEBUG) console.error(error);
    }
  }
  console.log(results.join("\n"));
  process.exitCode = failed ? 1 : 0;
} finally {
  rmSync(home, { recursive: true, force: true });
}
