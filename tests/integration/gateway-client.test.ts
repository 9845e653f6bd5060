import { existsSync } from "node:fs";
import { join } from "node:path";
import { searchAuditLog } from "@modelkeep/audit-log/search";
import { verifyAuditLog } from "@modelkeep/audit-log/verify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GatewayWorld } from "./gateway-world.ts";

let world: GatewayWorld;
let alice: string;
let bob: string;
let life: Record<string, unknown>;

beforeAll(async () => {
  world = await GatewayWorld.start();
  alice = await world.user("alice");
  bob = await world.user("bob");
});

afterAll(() => world.stop());

async function actions(query = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const row of searchAuditLog(world.dataDir, query)) found.push(row.action);
  return found;
}

describe("an unmodified client, given only the address and a key", () => {
  test.each(["skops", "cloudpickle"])("lives its whole life, with a model in %s", async (format) => {
    life = await world.python("gateway_client.py", [`alices-${format}`, `football-${format}`, format], alice);
    expect(life).toMatchObject({
      params: { a: "1", b: "x" },
      text: "hello",
      same: true,
      runs: [life["run_id"]],
    });
    // It sees what it owns, and nothing else.
    expect(life["experiments"]).not.toContain("Default");
    expect(life["models"]).toContain(`football-${format}`);
  });

  test("leaves every step in an audit log that verifies", async () => {
    const seen = new Set(await actions({ principal: "alice", decision: "allow" }));
    const steps = [
      "experiments.create",
      "runs.create",
      "runs.log",
      "artifacts.upload",
      "logged-models.finalize",
    ];
    for (const step of [...steps, "model-versions.create", "aliases.set", "artifacts.download"]) {
      expect(seen).toContain(step);
    }
    expect((await verifyAuditLog(world.dataDir)).problems).toEqual([]);
  });
});

test("what is refused is refused at once, in words that the client shows", async () => {
  const marker = join(world.dataDir, "payload-ran");
  const { run_id, experiment_id } = life;
  const grant = { user: "bob", kind: "registered-model", pattern: "football-skops", permission: "EDIT" };
  await world.api("PUT", "/modelkeep/api/v1/grants", grant);
  const args = ["bobs", "football-skops", String(run_id), String(experiment_id), marker];
  const said = await world.python("gateway_hostile.py", args, bob);
  for (const [name, outcome] of Object.entries(said)) {
    expect(outcome, name).toMatchObject({ refused: true });
    // A status that MLflow's client retries would take it minutes.
    expect((outcome as { seconds: number }).seconds, name).toBeLessThan(30);
  }
  expect(said["upload"]).toMatchObject({
    message: expect.stringMatching(/model\.pkl is not admitted: malicious.*MK1\d{3}.*system/su),
  });
  expect(said["source s3://bucket/model"]).toMatchObject({ message: expect.stringContaining("is refused") });
  expect(said["foreign run"]).toMatchObject({ message: expect.stringContaining("bob has no permission") });
  expect(said["no key"]).toMatchObject({ message: expect.stringContaining("MLFLOW_TRACKING_TOKEN") });
  expect(existsSync(marker)).toBe(false);
  expect(await actions({ principal: "bob", decision: "deny" })).toContain("artifacts.upload");
});
