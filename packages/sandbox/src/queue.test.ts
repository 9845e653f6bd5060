import { expect, test } from "vitest";
import { LaneQueue } from "./queue.ts";

/** A job that ends when it is told to. */
function job(): { run: (lane: number) => Promise<number>; end: () => void; fail: () => void } {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  return {
    run: async (lane) => {
      await promise;
      return lane;
    },
    end: () => resolve(undefined),
    fail: () => reject(new Error("lost")),
  };
}

test("jobs go to free lanes, in order, and the next takes the lane that becomes free", async () => {
  const queue = new LaneQueue(2, 2);
  const [a, b, c, d] = [job(), job(), job(), job()];
  const [first, second, third, fourth] = [a, b, c, d].map(async ({ run }) => await queue.run(run));
  expect(queue.waiting).toBe(2);
  b.end();
  expect(await second).toBe(1);
  c.end();
  expect(await third).toBe(1);
  a.end();
  d.end();
  expect([await first, await fourth]).toEqual([0, 1]);
});

test("one more than may wait is refused at once, by name", async () => {
  const queue = new LaneQueue(1, 1);
  const [a, b] = [job(), job()];
  const running = [a, b].map(async ({ run }) => await queue.run(run));
  await expect(queue.run(async () => 0)).rejects.toMatchObject({ code: "busy" });
  a.end();
  b.end();
  await Promise.all(running);
});

test("a job that fails frees its lane", async () => {
  const queue = new LaneQueue(1, 0);
  const a = job();
  const lost = queue.run(a.run);
  a.fail();
  await expect(lost).rejects.toThrow("lost");
  expect(await queue.run(async (lane) => lane)).toBe(0);
});
