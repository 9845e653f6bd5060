import type { Bucket, GetFilesResponse, Storage } from "@google-cloud/storage";
import type { Allowance } from "../artifacts/limits.ts";
import { MlflowError } from "../error.ts";
import type { Location } from "../uri/resolve.ts";
import { asPrefix, baseName, exactObject, type ListedObject, relativeObjects } from "./flat.ts";
import { byStatus } from "./s3-failure.ts";
import { destroy, type Environment, optionalPackage } from "./sdk.ts";
import type { Opened, RemoteFile, Resume, Store } from "./store.ts";

type GcsLocation = Extract<Location, { kind: "gcs" }>;

const PAGE = 1_000;

/**
 * Google Cloud Storage by Google's own SDK, which reads `GOOGLE_APPLICATION_CREDENTIALS` and `STORAGE_EMULATOR_HOST`.
 * @throws {MlflowError} `configuration` when the SDK is not installed
 */
export async function gcsStore(location: GcsLocation, env: Environment): Promise<Store> {
  const sdk = await optionalPackage(
    "@google-cloud/storage",
    "gs://",
    async () => await import("@google-cloud/storage"),
  );
  const emulator = env["STORAGE_EMULATOR_HOST"];
  const storage: Storage = new sdk.Storage({
    // Retries are ours: they count, wait and resume the same way for every store.
    retryOptions: { autoRetry: false },
    ...(emulator ? { apiEndpoint: emulator, projectId: "emulator" } : {}),
  });
  // As Google's Python client, and so MLflow, means the variable: without the path, which the one for Node would leave out.
  if (emulator) storage.baseUrl = `${emulator.replace(/\/storage\/v1\/?$|\/+$/u, "")}/storage/v1`;
  return new GcsStore(storage.bucket(location.bucket), location, emulator || "google");
}

class GcsStore implements Store {
  readonly #bucket: Bucket;
  readonly #location: GcsLocation;
  readonly #endpoint: string;

  constructor(bucket: Bucket, location: GcsLocation, endpoint: string) {
    this.#bucket = bucket;
    this.#location = location;
    this.#endpoint = endpoint;
  }

  async list(allowance: Allowance): Promise<RemoteFile[]> {
    const prefix = asPrefix(this.#location.path);
    const objects = await relativeObjects(this.#objects(prefix), prefix, allowance);
    return objects.map((object) => this.#file(object, object.path));
  }

  async single(allowance: Allowance): Promise<RemoteFile | undefined> {
    const { path } = this.#location;
    const object = await exactObject(this.#objects(path), path, allowance);
    return object === undefined ? undefined : this.#file(object, baseName(path));
  }

  async *#objects(prefix: string): AsyncGenerator<ListedObject> {
    let pageToken: string | undefined;
    do {
      const query = {
        prefix,
        maxResults: PAGE,
        autoPaginate: false,
        ...(pageToken === undefined ? {} : { pageToken }),
      };
      let page: GetFilesResponse;
      try {
        page = await this.#bucket.getFiles(query);
      } catch (error) {
        throw gcsFailure(error, `gs://${this.#location.bucket}`);
      }
      const [files, next] = page;
      for (const { name, metadata } of files) {
        yield { key: name, size: Number(metadata.size ?? 0), etag: String(metadata.generation ?? "") };
      }
      const token: unknown =
        typeof next === "object" && next !== null && "pageToken" in next ? next.pageToken : undefined;
      pageToken = typeof token === "string" ? token : undefined;
    } while (pageToken !== undefined);
  }

  #file(object: ListedObject, path: string): RemoteFile {
    return {
      path,
      size: object.size,
      etag: object.etag === "" ? undefined : object.etag,
      key: `gs ${this.#endpoint} ${this.#location.bucket}/${object.key}`,
      open: async (resume) => await this.#open(object, resume),
    };
  }

  // A generation is one object's bytes for ever: what was replaced since is not found, never mixed.
  async #open({ key, etag, size }: ListedObject, resume: Resume | undefined): Promise<Opened> {
    const file = this.#bucket.file(key, etag === "" ? {} : { generation: etag });
    const from = resume?.from ?? 0;
    const stream = file.createReadStream({ start: from, validation: false, decompress: false });
    return {
      from,
      size,
      etag: etag === "" ? undefined : etag,
      body: pieces(stream, `gs://${this.#location.bucket}/${key}`),
      cancel: async () => destroy(stream),
    };
  }
}

async function* pieces(stream: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream) yield piece;
  } catch (error) {
    throw gcsFailure(error, where);
  }
}

function gcsFailure(error: unknown, where: string): MlflowError {
  const said = error instanceof Error ? error.message : String(error);
  if (/default credentials|Unable to detect a Project Id/iu.test(said)) {
    return new MlflowError(
      "configuration",
      `${where}: there are no Google credentials: set GOOGLE_APPLICATION_CREDENTIALS`,
      { cause: error },
    );
  }
  const status = error instanceof Error && "code" in error ? Number(error.code) : Number.NaN;
  const code = byStatus(Number.isInteger(status) ? status : undefined);
  return new MlflowError(code, `${where}: ${said.slice(0, 500)}: check the address and the credentials`, {
    cause: error,
  });
}
