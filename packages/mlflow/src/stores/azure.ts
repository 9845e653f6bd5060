import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import type { Allowance } from "../artifacts/limits.ts";
import { MlflowError } from "../error.ts";
import type { Location } from "../uri/resolve.ts";
import { asPrefix, baseName, exactObject, type ListedObject, relativeObjects } from "./flat.ts";
import { byStatus } from "./s3-failure.ts";
import { destroy, type Environment, optionalPackage } from "./sdk.ts";
import type { Opened, RemoteFile, Resume, Store } from "./store.ts";

type AzureLocation = Extract<Location, { kind: "azure" }>;
type Sdk = typeof import("@azure/storage-blob");

const PAGE = 1_000;

/**
 * Azure Blob Storage and Data Lake by Microsoft's own SDK. As MLflow: `AZURE_STORAGE_CONNECTION_STRING`, else
 * `AZURE_STORAGE_ACCESS_KEY`, else `AZURE_STORAGE_SAS_TOKEN`, else the default credential of `@azure/identity`.
 * @throws {MlflowError} `configuration` when the SDK is not installed
 */
export async function azureStore(location: AzureLocation, env: Environment): Promise<Store> {
  const sdk = await optionalPackage(
    "@azure/storage-blob",
    "wasbs:// and abfss://",
    async () => await import("@azure/storage-blob"),
  );
  const service = await serviceOf(sdk, location, env);
  return new AzureStore(service.getContainerClient(location.container), location);
}

async function serviceOf(sdk: Sdk, location: AzureLocation, env: Environment): Promise<BlobServiceClient> {
  // Retries are ours: they count, wait and resume the same way for every store.
  const options = { retryOptions: { maxTries: 1 } };
  const { accountUrl } = location;
  const connection = env["AZURE_STORAGE_CONNECTION_STRING"];
  const key = env["AZURE_STORAGE_ACCESS_KEY"];
  const sas = env["AZURE_STORAGE_SAS_TOKEN"];
  try {
    if (connection) return sdk.BlobServiceClient.fromConnectionString(connection, options);
    if (key) {
      const account = new URL(accountUrl).hostname.split(".")[0] ?? "";
      return new sdk.BlobServiceClient(accountUrl, new sdk.StorageSharedKeyCredential(account, key), options);
    }
  } catch (cause) {
    throw new MlflowError(
      "configuration",
      "AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCESS_KEY is not understood: copy it from the portal anew",
      { cause },
    );
  }
  if (sas)
    return new sdk.BlobServiceClient(
      `${accountUrl}?${sas.replace(/^\?/u, "")}`,
      new sdk.AnonymousCredential(),
      options,
    );
  return new sdk.BlobServiceClient(accountUrl, await defaultCredential(), options);
}

type Credential = BlobServiceClient["credential"];

async function defaultCredential(): Promise<Credential> {
  // A variable, so that the compiler does not ask for a package that need not be there.
  const name: string = "@azure/identity";
  const identity: unknown = await optionalPackage(
    name,
    "Azure without AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_ACCESS_KEY or AZURE_STORAGE_SAS_TOKEN",
    async (): Promise<unknown> => await import(name),
  );
  if (typeof identity !== "object" || identity === null || !("DefaultAzureCredential" in identity))
    throw new MlflowError("configuration", `${name} has no DefaultAzureCredential: install a newer one`);
  const { DefaultAzureCredential: make } = identity;
  if (typeof make !== "function")
    throw new MlflowError("configuration", `${name} has no DefaultAzureCredential: install a newer one`);
  const credential: Credential = Reflect.construct(make, []);
  return credential;
}

class AzureStore implements Store {
  readonly #container: ContainerClient;
  readonly #location: AzureLocation;

  constructor(container: ContainerClient, location: AzureLocation) {
    this.#container = container;
    this.#location = location;
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
    const options = { prefix, includeMetadata: true };
    try {
      for await (const page of this.#container.listBlobsFlat(options).byPage({ maxPageSize: PAGE })) {
        for (const { name, metadata, properties } of page.segment.blobItems) {
          // Data Lake's folders are blobs of their own here.
          const isFolder = metadata?.["hdi_isfolder"] === "true";
          const size = properties.contentLength ?? 0;
          yield { key: isFolder ? asPrefix(name) : name, size, etag: properties.etag };
        }
      }
    } catch (error) {
      throw azureFailure(error, this.#where(prefix));
    }
  }

  #file(object: ListedObject, path: string): RemoteFile {
    return {
      path,
      size: object.size,
      etag: object.etag === "" ? undefined : object.etag,
      key: `azure ${this.#where(object.key)}`,
      open: async (resume) => await this.#open(object, resume),
    };
  }

  // Always of the version that was listed: a file that was replaced since is found, never mixed.
  async #open({ key, etag, size }: ListedObject, resume: Resume | undefined): Promise<Opened> {
    const from = resume?.from ?? 0;
    const options = { conditions: { ifMatch: etag }, maxRetryRequests: 0 };
    try {
      const answer = await this.#container.getBlobClient(key).download(from, undefined, options);
      const body: unknown = answer.readableStreamBody;
      return { from, size, etag, body: pieces(body, this.#where(key)), cancel: async () => destroy(body) };
    } catch (error) {
      throw azureFailure(error, this.#where(key));
    }
  }

  #where(key: string): string {
    // Without the query, which may be a key.
    const { origin, pathname } = new URL(this.#container.url);
    return `${origin}${pathname}/${key}`;
  }
}

async function* pieces(body: unknown, where: string): AsyncGenerator<Uint8Array> {
  if (typeof body !== "object" || body === null || !(Symbol.asyncIterator in body)) return;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK gives Node's own stream of Buffers
    for await (const piece of body as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    throw azureFailure(error, where);
  }
}

function azureFailure(error: unknown, where: string): MlflowError {
  if (error instanceof MlflowError) return error;
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : Number.NaN;
  const code = byStatus(Number.isInteger(status) ? status : undefined);
  const said = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
  return new MlflowError(code, `${where}: ${said.slice(0, 500)}: check the address and AZURE_STORAGE_…`, {
    cause: error,
  });
}
