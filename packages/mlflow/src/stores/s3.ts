import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { Allowance } from "../artifacts/limits.ts";
import type { Location } from "../uri/resolve.ts";
import { asPrefix, baseName, exactObject, type ListedObject, relativeObjects } from "./flat.ts";
import { s3Failure } from "./s3-failure.ts";
import { destroy, type Environment, isTrue, optionalPackage } from "./sdk.ts";
import type { Opened, RemoteFile, Resume, Store } from "./store.ts";

type S3Location = Extract<Location, { kind: "s3" }>;
type Sdk = typeof import("@aws-sdk/client-s3");

/**
 * S3 and what speaks its protocol, by AWS's own SDK. The environment means what it means to MLflow and boto3.
 * @throws {MlflowError} `configuration` when the SDK is not installed
 */
export async function s3Store(location: S3Location, env: Environment): Promise<Store> {
  const sdk = await optionalPackage(
    "@aws-sdk/client-s3",
    "s3://",
    async () => await import("@aws-sdk/client-s3"),
  );
  return new S3Store(sdk, new sdk.S3Client(s3Config(location.endpoint, env)), location, env);
}

class S3Store implements Store {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #location: S3Location;
  readonly #key: string;
  readonly #owner: { ExpectedBucketOwner?: string };

  constructor(sdk: Sdk, client: S3Client, location: S3Location, env: Environment) {
    this.#sdk = sdk;
    this.#client = client;
    this.#location = location;
    this.#key = `s3 ${endpointOf(location.endpoint, env) ?? "aws"} ${location.bucket}`;
    const owner = env["MLFLOW_S3_EXPECTED_BUCKET_OWNER"];
    this.#owner = owner ? { ExpectedBucketOwner: owner } : {};
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
    const { bucket } = this.#location;
    let token: string | undefined;
    do {
      const command = new this.#sdk.ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ContinuationToken: token,
        ...this.#owner,
      });
      const page = await translated(async () => await this.#client.send(command), `s3://${bucket}`);
      for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? [])
        yield { key: Key, size: Size, etag: ETag };
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  #file(object: ListedObject, path: string): RemoteFile {
    const { key, size, etag } = object;
    return {
      path,
      size,
      etag: etag === "" ? undefined : etag,
      key: `${this.#key}/${key}`,
      open: async (resume) => await this.#open(object, resume),
    };
  }

  // Always of the version that was listed: a file that was replaced since is found, never mixed.
  async #open({ key, etag, size }: ListedObject, resume: Resume | undefined): Promise<Opened> {
    const { bucket } = this.#location;
    const from = resume?.from ?? 0;
    const command = new this.#sdk.GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(etag === "" ? {} : { IfMatch: etag }),
      ...(from === 0 ? {} : { Range: `bytes=${from}-` }),
      ...this.#owner,
    });
    const where = `s3://${bucket}/${key}`;
    const answer = await translated(async () => await this.#client.send(command), where);
    const body: unknown = answer.Body;
    const ranged = from > 0 && answer.ContentRange?.startsWith(`bytes ${from}-`) === true;
    return {
      from: ranged ? from : 0,
      size,
      etag: etag === "" ? undefined : etag,
      body: pieces(body, where),
      cancel: async () => destroy(body),
    };
  }
}

/** @throws {MlflowError} when the body breaks off */
async function* pieces(body: unknown, where: string): AsyncGenerator<Uint8Array> {
  if (typeof body !== "object" || body === null || !(Symbol.asyncIterator in body)) return;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK gives Node's own stream of Buffers
    for await (const piece of body as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    throw s3Failure(error, where);
  }
}

async function translated<Result>(send: () => Promise<Result>, where: string): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    throw s3Failure(error, where);
  }
}

function endpointOf(endpoint: string | undefined, env: Environment): string | undefined {
  return (
    endpoint ??
    (env["MLFLOW_S3_ENDPOINT_URL"] || env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"] || undefined)
  );
}

/** @internal exported for tests */
export function s3Config(hosted: string | undefined, env: Environment): S3ClientConfig {
  const endpoint = endpointOf(hosted, env);
  const style = env["MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE"] ?? "auto";
  const region = regionOf(hosted, env);
  const agent = agentOf(env);
  const unsigned = env["MLFLOW_EXPERIMENTAL_S3_SIGNATURE_VERSION"]?.toLowerCase() === "unsigned";
  return {
    // As boto3: another endpoint than Amazon's is addressed by path unless told otherwise.
    forcePathStyle: style === "path" || (endpoint !== undefined && style !== "virtual"),
    followRegionRedirects: true,
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(agent === undefined ? {} : { requestHandler: { httpsAgent: agent } }),
    ...(unsigned ? UNSIGNED : {}),
  };
}

/** Public buckets are read without a signature. */
const UNSIGNED: S3ClientConfig = {
  credentials: { accessKeyId: "", secretAccessKey: "" },
  signer: { sign: async (request) => request },
};

// The SDK reads profiles itself; without one it knows no region, where boto3 takes us-east-1.
function regionOf(hosted: string | undefined, env: Environment): string | undefined {
  const backblaze = /^https:\/\/s3\.([a-z0-9-]+)\.backblazeb2\.com$/u.exec(hosted ?? "")?.[1];
  if (backblaze !== undefined) return backblaze;
  if (hosted !== undefined) return "auto";
  const named = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"];
  if (named) return named;
  return env["AWS_PROFILE"] || env["AWS_CONFIG_FILE"] ? undefined : "us-east-1";
}

function agentOf(env: Environment): Agent | undefined {
  if (isTrue(env["MLFLOW_S3_IGNORE_TLS"])) return new Agent({ rejectUnauthorized: false, keepAlive: true });
  const bundle = env["AWS_CA_BUNDLE"];
  return bundle ? new Agent({ ca: readFileSync(bundle), keepAlive: true }) : undefined;
}
