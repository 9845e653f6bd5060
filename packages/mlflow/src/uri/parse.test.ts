import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MlflowError } from "../error.ts";
import { parseModelUri } from "./parse.ts";

describe("parseModelUri", () => {
  test.each([
    ["./model", { kind: "local", path: "./model" }],
    ["/data/a model", { kind: "local", path: "/data/a model" }],
    ["file:///data/a%20model", { kind: "local", path: "/data/a model" }],
    ["models:/flowers/3", { kind: "version", name: "flowers", version: "3" }],
    ["models:/flowers/LATEST", { kind: "latest", name: "flowers", stage: undefined }],
    ["models:/flowers/Production", { kind: "latest", name: "flowers", stage: "Production" }],
    ["models:/a@b@champion", { kind: "alias", name: "a@b", alias: "champion" }],
    ["models:/m-0123", { kind: "logged-model", modelId: "m-0123" }],
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
    ["models://profile@databricks/flowers/1", /no models/u],
    ["models:/flowers/1/extra", /no models/u],
    ["models:/flowers@", /no models/u],
    ["models:/@champion", /no models/u],
    ["models:/ /1", /no models/u],
    ["runs:/abc", /names a run/u],
    ["runs:/../x/model", /no runs/u],
    ["runs:/abc/../../etc", /leaves its folder/u],
    ["mlflow-artifacts:/a/%2e%2e/b%2f..%2fc", /leaves its folder/u],
    ["file://elsewhere/model", /another host/u],
    ["file:///a%zz", /encoded wrongly|no file/u],
    ["s3://bucket/model", /s3: addresses are not read/u],
    ["dbfs:/model", /dbfs:/u],
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
