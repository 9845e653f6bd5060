import { describe, expect, test } from "vitest";
import { GatewayAuthoriser } from "./auth.ts";

interface Asked {
  readonly url: string;
  readonly headers: Headers;
}

/** A gateway that knows one key, for the model `wine`. */
function setUp(answer?: () => Response | Promise<Response>) {
  const asked: Asked[] = [];
  let valid = true;
  let now = 0;
  const auth = new GatewayAuthoriser({
    url: "http://gateway.test",
    milliseconds: 1_000,
    now: () => now,
    fetch: async (address, init) => {
      const url = address instanceof Request ? address.url : address.toString();
      asked.push({ url, headers: new Headers(init?.headers) });
      if (answer !== undefined) return await answer();
      const { authorization } = Object.fromEntries(asked.at(-1)?.headers ?? []);
      if (authorization !== "Bearer good" || !valid) return Response.json({}, { status: 401 });
      return Response.json({ allowed: url.includes("registered_model=wine&") });
    },
  });
  return { auth, asked, revoke: () => (valid = false), at: (time: number) => (now = time) };
}

describe("keys of the gateway", () => {
  test("a key that may read passes, asked for once, with the caller's trace", async () => {
    const { auth, asked } = setUp();
    await auth.check("Bearer good", "wine", "00-trace");
    await auth.check("Bearer good", "wine", undefined);
    expect(asked.map(({ url, headers }) => [url, headers.get("traceparent")])).toEqual([
      ["http://gateway.test/modelkeep/api/v1/access?registered_model=wine&permission=READ", "00-trace"],
    ]);
  });

  test("many callers at once ask once", async () => {
    const { auth, asked } = setUp();
    await Promise.all(
      Array.from({ length: 50 }, async () => await auth.check("Bearer good", "wine", undefined)),
    );
    expect(asked).toHaveLength(1);
  });

  test.each([
    ["no key", undefined, "wine", 401],
    ["an empty one", "", "wine", 401],
    ["an unknown one", "Bearer bad", "wine", 401],
    ["another model", "Bearer good", "beer", 403],
  ])("%s is refused", async (_what, key, model, status) => {
    await expect(setUp().auth.check(key, model, undefined)).rejects.toMatchObject({ status });
  });

  test("a revoked key works no longer than an answer is remembered", async () => {
    const { auth, revoke, at } = setUp();
    await auth.check("Bearer good", "wine", undefined);
    revoke();
    at(999);
    await auth.check("Bearer good", "wine", undefined);
    at(1_000);
    await expect(auth.check("Bearer good", "wine", undefined)).rejects.toMatchObject({ status: 401 });
  });

  test.each([
    ["is away", () => Promise.reject(new Error("refused"))],
    ["fails", () => Response.json({}, { status: 500 })],
    ["answers something else", () => Response.json({ allowed: "yes" })],
    ["answers no JSON", () => new Response("<html>")],
  ])("while the gateway %s nobody passes, and it is asked again", async (_what, answer) => {
    const { auth, asked } = setUp(answer);
    await expect(auth.check("Bearer good", "wine", undefined)).rejects.toMatchObject({
      status: 503,
      retryAfter: 2,
    });
    await expect(auth.check("Bearer good", "wine", undefined)).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(2);
  });

  test("keys that are made up do not fill the gateway", async () => {
    const held = Promise.withResolvers<Response>();
    const { auth, asked } = setUp(() => held.promise);
    const checks = Array.from(
      { length: 100 },
      async (_, index) => await auth.check(`Bearer ${index}`, "wine", undefined),
    );
    const settled = Promise.allSettled(checks);
    held.resolve(Response.json({}, { status: 401 }));
    await settled;
    expect(asked.length).toBeLessThanOrEqual(64);
  });
});
