import { describe, expect, test } from "vitest";
import { ROUTE_GROUPS, RouteTable, SERVER_ROUTES, stem } from "./table.ts";

const keys = ROUTE_GROUPS.flatMap((group) => Object.keys(group));

describe("completeness", () => {
  test("every route that MLflow serves is classified", () => {
    const classified = new Set(keys);
    expect(SERVER_ROUTES.filter((route) => !classified.has(stem(route)))).toEqual([]);
  });

  test("nothing is classified that MLflow does not serve", () => {
    const served = new Set(SERVER_ROUTES.map(stem));
    expect(keys.filter((key) => !served.has(key))).toEqual([]);
  });

  test("nothing is classified twice", () => {
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("the list is that of a whole server", () => {
    expect(SERVER_ROUTES.length).toBeGreaterThan(400);
  });
});

describe("every route that acts on something says on what", () => {
  test.each(ROUTE_GROUPS.flatMap((group) => Object.entries(group)))("%s", (_key, { access, transport }) => {
    if (access.kind === "on") expect(access.needs.length).toBeGreaterThan(0);
    if (transport === "upload") expect(access).toMatchObject({ kind: "on", needs: [{ permission: "EDIT" }] });
    if (transport === "download")
      expect(access).toMatchObject({ kind: "on", needs: [{ permission: "READ" }] });
  });
});

describe("a route is found", () => {
  const table = new RouteTable();

  test.each([
    ["GET", "/api/2.0/mlflow/runs/get", "runs.get"],
    ["HEAD", "/ajax-api/2.0/mlflow/runs/get", "runs.get"],
    ["PUT", "/api/2.0/mlflow-artifacts/artifacts/1/2/artifacts/a b.txt", "artifacts.upload"],
    ["GET", "/ajax-api/3.0/mlflow/traces/batchGet", "traces.get"],
    ["PATCH", "/api/3.0/mlflow/traces/tr-1/tags", "traces.tag"],
    ["POST", "/api/2.0mlflow/experiments/search-datasets", "experiments.datasets"],
    ["POST", "/gateway/gemini/v1beta/models/x:generateContent", "gateway.relay"],
    ["DELETE", "/api/3.0/mlflow/mcp-servers/a/b/versions/1/tags/k", "mcp-servers"],
  ])("%s %s", (method, path, action) => {
    expect(table.match(method, path)?.route.action).toBe(action);
  });

  test("with the parameters of its path", () => {
    const match = table.match("DELETE", "/api/2.0/mlflow/logged-models/m-1/tags/team");
    expect(Object.fromEntries(match?.params ?? [])).toEqual({ model_id: "m-1", tag_key: "team" });
  });
});

describe("no route is found", () => {
  const table = new RouteTable();

  test.each([
    ["GET", "/api/2.0/mlflow/runs/get/"],
    ["GET", "/API/2.0/mlflow/runs/get"],
    ["GET", "/api/4.0/mlflow/runs/get"],
    ["GET", "/api/3.0/mlflow/runs/get"],
    ["POST", "/api/2.0/mlflow/runs/get"],
    ["TRACE", "/"],
    ["OPTIONS", "/api/2.0/mlflow/runs/get"],
    ["GET", "/mlflow/runs/get"],
    ["GET", "/api/2.0/mlflow/users/get"],
    ["GET", "/api/2.0/mlflow/logged-models/m-1/tags"],
    ["GET", "/api/2.0/mlflow-artifacts/artifacts/"],
    ["GET", "/__proto__"],
    ["constructor", "/"],
  ])("%s %s", (method, path) => {
    expect(table.match(method, path)).toBeUndefined();
  });

  test("for what MLflow serves but nobody classified", () => {
    const future = new RouteTable(["GET /api/2.0/mlflow/runs/get", "GET /api/2.0/mlflow/secrets/all"]);
    expect(future.match("GET", "/api/2.0/mlflow/runs/get")).toBeDefined();
    expect(future.match("GET", "/api/2.0/mlflow/secrets/all")).toBeUndefined();
  });
});
