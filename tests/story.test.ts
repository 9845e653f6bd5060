import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { story } from "../demo/story.ts";
import { World } from "../demo/world.ts";

/** The main job, end to end: the steps of `npm start -- --demo`, each one a test, in order. */
describe("the story", () => {
  let world: World;
  let broken: string | undefined;

  beforeAll(async () => {
    world = await World.make(process.env["MODELKEEP_TEST_PYTHON"] ?? "");
  });

  afterAll(async () => {
    await world.end();
  });

  test.each(story)("$title", async (step) => {
    // Each step builds on those before: after one that failed, the others would only fail for its reason.
    expect(broken, "an earlier step failed").toBeUndefined();
    broken = step.title;
    expect(await step.run(world)).not.toHaveLength(0);
    broken = undefined;
  });
});
