import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MlflowError } from "../error.ts";
import { parseModelUri } from "./parse.ts";

describe("parseModelUri", () => {
  test.each([
    ["./model", { kind: "local", path: "./model" }],
    ["/data/a model", { kind: "local", path: "/data/a model" }],
    ["file:///data/a%20model", { kind: "local", path: "/data/a model" }],
    ["file:model%20a", { kind: "local", path: "model a" }],
    ["file:///a#b?c", { kind: "local", path: "/a#b?c" }],
    ["file://localhost/a", { kind: "local", path: "/a" }],
    ["models:/flowers/3", { kind: "version", name: "flowers", version: "3", path: "" }],
    ["models:///flowers/3", { kind: "version", name: "flowers", version: "3", path: "" }],
    ["models:/flowers/3/sub/x", { kind: "version", name: "flowers", version: "3", path: "sub/x" }],
    ["models:/my model %41é/3", { kind: "version", name: "my model %41é", version: "3", path: "" }],
    ["models:/flowers/LATEST", { kind: "latest", name: "flowers", stage: undefined, path: "" }],
    ["models:/flowers/Production", { kind: "latest", name: "flowers", stage: "Production", path: "" }],
    ["models:/a@b@champion", { kind: "alias", name: "a@b", alias: "champion", path: "" }],
    ["models:/a@b/7", { kind: "version", name: "a@b", version: "7", path: "" }],
    ["models:/a@b/staging", { kind: "latest", name: "a@b", stage: "staging", path: "" }],
    ["models:/a@champion/sub", { kind: "alias", name: "a", alias: "champion", path: "sub" }],
    ["models:/a@champion/1/x", { kind: "alias", name: "a", alias: "champion", path: "1/x" }],
    ["models:/m-0123", { kind: "logged-model", modelId: "m-0123" }],
    ["runs:/abc123", { kind: "run", runId: "abc123", path: "" }],
    ["runs:/abc123/a %20@ü", { kind: "run", runId: "abc123", path: "a %20@ü" }],
    ["mlflow-artifacts:/a%20b%25/ü#1", { kind: "proxy", host: undefined, path: "a b%/ü#1" }],
    ["http://h:1/x", { kind: "http", url: new URL("http://h:1/x") }],
    ["s3://bucket/a b/%20?#@ü", { kind: "s3", bucket: "bucket", path: "a b/%20?#@ü", endpoint: undefined }],
    ["S3://bucket", { kind: "s3", bucket: "bucket", path: "", endpoint: undefined }],
    ["gs://bucket/a//b/", { kind: "gcs", bucket: "bucket", path: "a/b" }],
    [
      "r2://b@acc.r2.cloudflarestorage.com/m",
      { kind: "s3", bucket: "b", path: "m", endpoint: "https://acc.r2.cloudflarestorage.com" },
    ],
    [
      "b2://b@s3.us-west-004.backblazeb2.com/m",
      { kind: "s3", bucket: "b", path: "m", endpoint: "https://s3.us-west-004.backblazeb2.com" },
    ],
    [
      "wasbs://c@acct.blob.core.windows.net/a%20b",
      { kind: "azure", accountUrl: "https://acct.blob.core.windows.net", container: "c", path: "a%20b" },
    ],
    [
      "abfss://c@acct.dfs.core.usgovcloudapi.net/a%20b",
      { kind: "azure", accountUrl: "https://acct.blob.core.usgovcloudapi.net", container: "c", path: "a b" },
    ],
    ["runs:/abc123/model/sub", { kind: "run", runId: "abc123", path: "model/sub" }],
    [
      "mlflow-artifacts:/1/models/m-1/artifacts",
      { kind: "proxy", host: undefined, path: "1/models/m-1/artifacts" },
    ],
    ["mlflow-artifacts://host:5000/1", { kind: "proxy", host: "host:5000", path: "1" }],
  ])("%s", (uri, expected) => {
    expect(parseModelUri(uri)).toEqual(expected);
  });

  test.each([
    ["", /empty/u],
    ["models:/", /no models/u],
    ["models:flowers/1", /no models/u],
    ["models://profile@databricks/flowers/1", /Databricks profile/u],
    ["models:/flowers/1/../x", /leaves its folder/u],
    ["models:/flowers@champion/../../x", /leaves its folder/u],
    ["models:/flowers@", /no models/u],
    ["models:/@champion", /no models/u],
    ["models:/ /1", /no models/u],
    ["runs:/", /no runs/u],
    ["runs://profile@databricks/abc/m", /another tracking server/u],
    ["runs:/../x/model", /no runs/u],
    ["runs:/abc/../../etc", /leaves its folder/u],
    ["mlflow-artifacts:/a/%2e%2e/b%2f..%2fc", /leaves its folder/u],
    ["file://elsewhere/model", /another host/u],
    ["file:///a%zz", /encoded wrongly|no file/u],
    ["s3:/bucket/model", /names no bucket/u],
    ["s3://user:pass@host/model", /names no bucket/u],
    ["s3://bucket/../x", /leaves its folder/u],
    ["gs://", /names no bucket/u],
    ["r2://b@evil.example/m", /no r2 address/u],
    ["r2://b@x.r2.cloudflarestorage.com.evil.example/m", /no r2 address/u],
    ["b2://b@s3.us.backblazeb2.com:80/m", /no b2 address/u],
    ["wasbs://c@acct.evil.example/m", /no wasbs address/u],
    ["abfss://c@acct.dfs.core.windows.net.evil.example/m", /no abfss address/u],
    ["abfss://c@evil.example#.dfs.core.windows.net/m", /no abfss address/u],
    ["mlflow-artifacts://5000/m", /port and no host/u],
    ["mlflow-artifacts://u:p@host/m", /credential/u],
    ["dbfs:/model", /dbfs: addresses are not read directly .*Databricks CLI/u],
    ["hdfs://name/model", /hdfs: .*--serve-artifacts/u],
    ["viewfs://name/model", /viewfs: /u],
    ["ftp://user:secret@host/model", /^(?!.*secret).*ftp: .*--serve-artifacts/u],
    ["sftp://host/model", /sftp: /u],
    ["uc://a/b", /uc: .*Unity Catalog/u],
    ["prompts:/a/1", /prompts: /u],
    ["C:\\models", /c: addresses/u],
    ["http://user:secret@host/x", /holds a credential/u],
    ["models:/a\nb/1", /control characters/u],
  ])("refuses %j by name", (uri, reason) => {
    expect(() => parseModelUri(uri)).toThrow(reason);
    expect(() => parseModelUri(uri)).toThrow(MlflowError);
  });

  test("answers or refuses any text, never anything else", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `models:/${rest}`),
      fc.string().map((rest) => `runs:/${rest}`),
    );
    fc.assert(
      fc.property(texts, (uri) => {
        try {
          const parsed = parseModelUri(uri);
          if (parsed.kind === "run" || parsed.kind === "proxy")
            expect(parsed.path.split("/")).not.toContain("..");
        } catch (error) {
          expect(error).toBeInstanceOf(MlflowError);
        }
      }),
    );
  });
});
