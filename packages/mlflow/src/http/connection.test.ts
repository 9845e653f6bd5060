import { describe, expect, test } from "vitest";
import { Connection } from "./connection.ts";
import type { Fetch, FetchInit } from "./node-fetch.ts";
import { settingsFrom } from "./settings.ts";

interface Sent extends FetchInit {
  readonly url: string;
}

function connection(
  answers: readonly (Response | Error)[],
  uri = "https://mlflow.test/base",
): { connection: Connection; sent: Sent[] } {
  const sent: Sent[] = [];
  const left = [...answers];
  const fetch: Fetch = async (url, init) => {
    sent.push({ url, ...init });
    const next = left.shift() ?? new Response("no more answers", { status: 500 });
    if (next instanceof Error) throw next;
    return next;
  };
  const settings = settingsFrom({ trackingUri: uri, token: "key", env: {}, maxRetries: 2, backoffFactor: 0 });
  return { connection: new Connection(settings, fetch), sent };
}

const GET = { method: "GET", path: "/api/x" } as const;
const redirect = (location: string): Response => new Response("", { status: 302, headers: { location } });

describe("Connection", () => {
  test("sends the credential below the tracking URI's path", async () => {
    const { connection: c, sent } = connection([Response.json({ a: 1 })]);
    expect(await c.json({ ...GET, query: { run_id: "a b" } })).toEqual({ a: 1 });
    expect(sent[0]).toMatchObject({
      url: "https://mlflow.test/base/api/x?run_id=a+b",
      headers: { authorization: "Bearer key" },
    });
  });

  test("retries what is idempotent, and only that", async () => {
    const busy = (): Response => new Response("", { status: 503, headers: { "retry-after": "0" } });
    const get = connection([busy(), new Error("reset"), Response.json({})]);
    await get.connection.json(GET);
    expect(get.sent).toHaveLength(3);
    const post = connection([busy()]);
    await expect(post.connection.json({ ...GET, method: "POST", json: {} })).rejects.toMatchObject({
      code: "unavailable",
      status: 503,
    });
    expect(post.sent).toHaveLength(1);
  });

  test("gives up after the last retry", async () => {
    const { connection: c, sent } = connection([
      new Error("refused"),
      new Error("refused"),
      new Error("refused"),
    ]);
    await expect(c.json(GET)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("refused"),
    });
    expect(sent).toHaveLength(3);
  });

  test("follows a redirect of a download to another origin without the credential", async () => {
    const { connection: c, sent } = connection([
      redirect("https://store.test/x?sig=1"),
      new Response("bytes"),
    ]);
    expect(await (await c.download(c.url("/f"))).text()).toBe("bytes");
    expect(sent.map(({ url, headers }) => [url, headers["authorization"]])).toEqual([
      ["https://mlflow.test/base/f", "Bearer key"],
      ["https://store.test/x?sig=1", undefined],
    ]);
  });

  test.each([
    ["another origin, of the API", "https://evil.test/api"],
    ["no encryption", "http://mlflow.test/api"],
    ["a file", "file:///etc/passwd"],
  ])("does not follow a redirect to %s", async (_name, location) => {
    const { connection: c, sent } = connection([redirect(location)]);
    await expect(c.json(GET)).rejects.toMatchObject({
      code: "configuration",
      message: expect.stringContaining("not followed"),
    });
    expect(sent.filter(({ url }) => url !== "https://mlflow.test/base/api/x")).toEqual([]);
  });

  test("does not send a body anew to where a redirect points", async () => {
    const { connection: c, sent } = connection([redirect("https://mlflow.test/base/other")]);
    await expect(c.json({ ...GET, method: "POST", json: { secret: 1 } })).rejects.toMatchObject({
      code: "configuration",
    });
    expect(sent).toHaveLength(1);
  });

  test("ends a circle of redirects", async () => {
    const { connection: c } = connection(
      Array.from({ length: 40 }, () => redirect("https://mlflow.test/base/api/x")),
    );
    await expect(c.json(GET)).rejects.toMatchObject({ code: "unavailable" });
  });

  test.each([
    [401, {}, "unauthenticated"],
    [403, { error_code: "PERMISSION_DENIED", message: "no" }, "permission-denied"],
    [422, { error_code: "PERMISSION_DENIED", message: "model.pkl is not admitted" }, "not-admitted"],
    [422, { error_code: "INVALID_PARAMETER_VALUE", message: "no" }, "invalid"],
    [404, {}, "not-found"],
    [400, { error_code: "RESOURCE_DOES_NOT_EXIST", message: "alias" }, "not-found"],
    [400, { error_code: "INVALID_PARAMETER_VALUE", message: "bad" }, "invalid"],
  ])("status %i with %j is %s", async (status, body, code) => {
    const { connection: c } = connection([Response.json(body, { status })]);
    await expect(c.json(GET)).rejects.toMatchObject({ code, status });
  });

  test("says when the answer is no JSON", async () => {
    const { connection: c } = connection([new Response("<html>")]);
    await expect(c.json(GET)).rejects.toMatchObject({ code: "malformed" });
  });

  test("never shows the credential or a query", async () => {
    const { connection: c } = connection([redirect("ftp://x.test/?sig=hidden")]);
    await expect(c.json(GET)).rejects.not.toThrow(/key|hidden/u);
  });
});

describe("settingsFrom", () => {
  test("takes MLflow's variables; username and password win over the token, as in MLflow", () => {
    const env = {
      MLFLOW_TRACKING_URI: "http://localhost:5000/",
      MLFLOW_TRACKING_USERNAME: "u",
      MLFLOW_TRACKING_PASSWORD: "p",
      MLFLOW_TRACKING_TOKEN: "t",
    };
    expect(settingsFrom({ env }).authorization).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
    expect(settingsFrom({ env: { ...env, MLFLOW_TRACKING_PASSWORD: "" } }).authorization).toBe("Bearer t");
    expect(settingsFrom({ env: { MLFLOW_TRACKING_URI: "https://a:b%40@h/x/" } })).toMatchObject({
      authorization: `Basic ${Buffer.from("a:b@").toString("base64")}`,
      base: new URL("https://h/x"),
    });
  });

  test.each([
    [{}, /no tracking server/u],
    [{ MLFLOW_TRACKING_URI: "sqlite:///mlflow.db" }, /not http or https/u],
    [{ MLFLOW_TRACKING_URI: "./mlruns" }, /not http or https/u],
    [{ MLFLOW_TRACKING_URI: "http://h", MLFLOW_TRACKING_TOKEN: "a\r\nb" }, /no header may/u],
    [{ MLFLOW_TRACKING_URI: "http://h", MLFLOW_HTTP_REQUEST_MAX_RETRIES: "-1" }, /MAX_RETRIES/u],
    [
      { MLFLOW_TRACKING_URI: "http://h", MLFLOW_TRACKING_SERVER_CERT_PATH: "/nowhere" },
      /cannot read the certificate/u,
    ],
    [
      {
        MLFLOW_TRACKING_URI: "http://h",
        MLFLOW_TRACKING_INSECURE_TLS: "true",
        MLFLOW_TRACKING_SERVER_CERT_PATH: "x",
      },
      /keep one/u,
    ],
  ])("refuses %j", (env, reason) => {
    expect(() => settingsFrom({ env })).toThrow(reason);
  });
});
