import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN, TestGateway } from "../../test/gateway.ts";

let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  const api = async (method: string, path: string, document: object) =>
    (await gateway.call(method, `/modelkeep/api/v1${path}`, ADMIN, document)).json();
  await api("POST", "/users", { name: "ada", role: "viewer" });
  ({ key } = (await api("POST", "/keys", { user: "ada" })) as { key: string });
  const grant = { user: "ada", kind: "registered-model" };
  await api("PUT", "/grants", { ...grant, pattern: "wine-*", permission: "READ" });
  await api("PUT", "/grants", { ...grant, pattern: "wine-secret", permission: "NO_PERMISSIONS" });
});
afterAll(() => gateway.stop());

const ask = async (query: string, secret: string | undefined) =>
  await gateway.ask("GET", `/modelkeep/api/v1/access?${query}`, secret === undefined ? {} : { key: secret });

describe("whether a key may use a registered model", () => {
  test.each([
    ["registered_model=wine-red", true],
    ["registered_model=wine-red&permission=READ", true],
    ["registered_model=wine-red&permission=EDIT", false],
    ["registered_model=wine-secret", false],
    ["registered_model=beer", false],
  ])("%s is %j", async (query, allowed) => {
    const answer = await ask(query, key);
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      { user: "ada", allowed, reason: expect.any(String) },
    ]);
  });

  test.each([
    ["no model", "permission=READ"],
    ["an empty one", "registered_model="],
    ["two", "registered_model=a&registered_model=b"],
    ["no permission of MLflow's", "registered_model=a&permission=ALL"],
    ["a denial as a permission", "registered_model=a&permission=NO_PERMISSIONS"],
    ["something unknown", "registered_model=a&user=root"],
  ])("%s is 400", async (_what, query) => {
    expect((await ask(query, key)).status).toBe(400);
  });

  test("an unknown key, none and a revoked one are 401", async () => {
    const one = await ask("registered_model=wine-red", "mk_unknown");
    expect([one.status, (await ask("registered_model=wine-red", undefined)).status]).toEqual([401, 401]);
    const made = await gateway.call("POST", "/modelkeep/api/v1/keys", ADMIN, { user: "ada" });
    const { key: other, id } = made.json() as { key: string; id: string };
    expect((await ask("registered_model=wine-red", other)).status).toBe(200);
    await gateway.call("POST", `/modelkeep/api/v1/keys/${id}/revoke`, ADMIN);
    expect((await ask("registered_model=wine-red", other)).status).toBe(401);
  });
});
