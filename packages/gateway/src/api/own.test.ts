import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN, TestGateway } from "../../test/gateway.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());

const USERS = "/modelkeep/api/v1/users";
const KEYS = "/modelkeep/api/v1/keys";

/** Bytes as they are, and all that comes back until the connection ends. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.write(text, "latin1");
  return (await buffer(socket)).toString("latin1");
}

describe("the own API takes exactly what it knows", () => {
  test.each([
    ["an unknown field", { name: "zoe", id: "x" }],
    ["a list for a text", { name: ["zoe"] }],
    ["no name", {}],
    ["a name with markup", { name: "<b>zoe</b>" }],
    ["an unknown role", { name: "zoe", role: "god" }],
  ])("%s is 400", async (_what, document) => {
    const answer = await gateway.call("POST", USERS, ADMIN, document);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error_code: "INVALID_PARAMETER_VALUE" });
  });

  test("a form is for the login only", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await gateway.ask("POST", USERS, { key: ADMIN, headers, body: "name=zoe" })).status).toBe(415);
  });

  test("without a credential the answer says how to give one", async () => {
    const answer = await gateway.ask("GET", USERS);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain("Bearer");
  });
});

describe("the login", () => {
  const PATH = "/modelkeep/login";
  const own = (): Record<string, string> => ({ origin: gateway.url });
  const form = { "content-type": "application/x-www-form-urlencoded" };

  test.each([
    ["no body", {}, ""],
    ["a form without a key", form, "next=/"],
    ["a key that is a list", { "content-type": "application/json" }, '{"key":["a","b"]}'],
  ])("with %s is 400", async (_what, headers, body) => {
    expect((await gateway.ask("POST", PATH, { headers: { ...own(), ...headers }, body })).status).toBe(400);
  });

  test("with two places to go to is 400", async () => {
    expect((await gateway.ask("GET", `${PATH}?next=/a&next=/b`)).status).toBe(400);
  });

  test.each([
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/a\r\nx: y",
  ])("goes nowhere else: %j", async (next) => {
    const body = new URLSearchParams({ key: ADMIN, next }).toString();
    const answer = await gateway.ask("POST", PATH, { headers: { ...own(), ...form }, body });
    expect([answer.status, answer.headers["location"]]).toEqual([303, "/"]);
  });

  test("shows no markup of the sender's", async () => {
    const answer = await gateway.ask(
      "GET",
      `${PATH}?next=${encodeURIComponent('/"><script>alert(1)</script>')}`,
    );
    expect(answer.body.toString()).not.toContain("<script>");
  });
});

describe("administrators' keys", () => {
  test("the last one that lasts cannot be revoked, not even two at the same time", async () => {
    const [first] = (await gateway.call("GET", `${KEYS}?user=admin`, ADMIN)).json()["keys"] as {
      id: string;
    }[];
    const revoke = async (id: string): Promise<number> =>
      (await gateway.call("POST", `${KEYS}/${id}/revoke`, ADMIN)).status;
    const make = async (extra: object): Promise<string> =>
      String((await gateway.call("POST", KEYS, ADMIN, { user: "admin", ...extra })).json()["id"]);
    await make({ expires_at: Date.now() + 3_600_000 });
    expect(await revoke(first?.id ?? "")).toBe(400);
    const second = await make({});
    const outcomes = await Promise.all([revoke(second), revoke(first?.id ?? "")]);
    expect(outcomes.toSorted((a, b) => a - b)).toEqual([200, 400]);
  });
});

describe("what is not HTTP as it should be", () => {
  test.each([
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400],
    [
      "length and chunks",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["a folded header", "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n", 400],
    ["headers without end", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`, 431],
  ])("%s is refused in MLflow's form", async (_what, text, status) => {
    const answer = await raw(text);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('"error_code":"BAD_REQUEST"');
  });

  test.each([
    ["credentials", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"],
    ["hosts", "Host: y\r\n"],
  ])("two %s are refused", async (_what, extra) => {
    const answer = await raw(`GET /version HTTP/1.1\r\nHost: x\r\n${extra}Connection: close\r\n\r\n`);
    expect(answer).toContain("HTTP/1.1 400 ");
    expect(answer).toContain("is there twice");
  });

  test("an address instead of a path is refused", async () => {
    const answer = await raw(
      "GET http://evil.example/version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toContain("the request target must be a path");
  });
});
