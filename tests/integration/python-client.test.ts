import { afterAll, beforeAll, expect, test } from "vitest";
import { GatewayWorld } from "./gateway-world.ts";

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start();
});
afterAll(() => world.stop());

test("the Python client logs, loads and refuses behind the gateway", async () => {
  const key = await world.user("ada");
  const said = await world.python("python_client.py", [world.dataDir], key);
  expect(said).toMatchObject({
    params: { lr: "0.1", "db.password": "[redacted: telling-key]" },
    same: [true, true, true, true, true, true],
    inside: [true, true],
    facts: ["wine", "2", "native", "allowlisted"],
    ran: false,
    "by gateway variable": true,
    "wrong key": { type: "ModelkeepUnavailable", code: "UNAUTHENTICATED", leaks: false },
  });
  for (const refusal of said["poisoned"] as unknown[])
    expect(refusal).toMatchObject({
      type: "ModelkeepRefused",
      code: "NOT_ADMITTED",
      leaks: false,
    });
});
