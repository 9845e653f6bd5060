import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Cage, CageEnd } from "./cage.ts";
import type { CageDriver } from "./driver.ts";
import { Lane } from "./lane.ts";
import { DEFAULT_SANDBOX_LIMITS } from "./limits.ts";
import { encodeFrame, FrameReader } from "./wire/frames.ts";

type Reply = (message: Readonly<Record<string, unknown>>, cage: FakeCage) => void;

/** A process as far as a worker sees it: it answers what `reply` says. */
class FakeCage implements Cage {
  readonly requests = new PassThrough();
  readonly answers = new PassThrough();
  readonly print = new PassThrough();
  readonly output = [this.print];
  readonly pid = undefined;
  readonly #ended = Promise.withResolvers<CageEnd>();
  readonly ended = this.#ended.promise;
  killed = 0;

  constructor(reply: Reply) {
    const frames = new FrameReader(1e6);
    this.requests.on("data", (piece: Buffer) => {
      for (const { message } of frames.push(piece)) reply(message as Readonly<Record<string, unknown>>, this);
    });
  }

  answer(message: object): void {
    this.answers.write(encodeFrame(message, [], 1e6));
  }

  end(how = "SIGKILL", notStarted = false): void {
    this.#ended.resolve({ how, notStarted });
  }

  kill(): void {
    this.killed++;
    this.end();
  }
}

const LOADED = { ok: true, methods: ["predict"], className: "a.B" };
const honest: Reply = ({ id }, cage) => cage.answer({ id, ...LOADED });

/** A driver whose cages reply as the list says, one after the other; the last one for good. */
function driver(...replies: Reply[]): CageDriver & { readonly cages: FakeCage[] } {
  const cages: FakeCage[] = [];
  return {
    cages,
    info: { driver: "bubblewrap", memory: "watch" },
    cage: async () => {
      const cage = new FakeCage(replies[Math.min(cages.length, replies.length - 1)] ?? honest);
      cages.push(cage);
      return cage;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const limits = { ...DEFAULT_SANDBOX_LIMITS, requestMilliseconds: 200, frameBytes: 1e5, outputBytes: 1_000 };
const predict = { op: "predict" };

/** Loads honestly; what comes after that is up to `then`. */
const afterLoad =
  (then: Reply): Reply =>
  (message, cage) =>
    message["op"] === "load" ? honest(message, cage) : then(message, cage);

describe("a worker that fails is killed, replaced and counted, and its request is told why", () => {
  const raw = (bytes: number[]): Reply =>
    afterLoad((_message, cage) => void cage.answers.write(Buffer.from(bytes)));
  test.each<[name: string, reply: Reply, code: string]>([
    ["dies", afterLoad((_message, cage) => cage.end("SIGSEGV")), "died"],
    ["hangs", afterLoad(() => undefined), "timed-out"],
    [
      "floods its output",
      afterLoad((_message, cage) => void cage.print.write("x".repeat(2_000))),
      "exceeded",
    ],
    ["announces a huge answer", raw([255, 255, 255, 255, 0, 0, 0, 2]), "exceeded"],
    ["answers no JSON", raw([0, 0, 0, 5, 0, 0, 0, 1, 123]), "protocol"],
    ["answers another's id", afterLoad((_message, cage) => cage.answer({ id: 99, ok: true })), "protocol"],
    ["answers no record", afterLoad((_message, cage) => cage.answer([])), "protocol"],
    [
      "answers an id of the past",
      afterLoad((_message, cage) => cage.answer({ id: 1, ok: true })),
      "protocol",
    ],
  ])("%s", async (_name, reply, code) => {
    const cages = driver(reply, honest);
    const lane = new Lane(cages, limits);
    await expect(lane.request(predict, [])).rejects.toMatchObject({ code });
    expect((await lane.request(predict, [])).message["ok"]).toBe(true);
    expect(lane.replaced).toBe(1);
    expect(cages.cages.map((cage) => cage.killed)).toEqual([1, 0]);
    await lane.close();
    expect(cages.cages.at(-1)?.killed).toBe(1);
    expect(lane.replaced).toBe(1);
  });

  test("answers twice: the second answer, which nobody asked for, costs it its life", async () => {
    const twice = afterLoad(({ id }, cage) => {
      cage.answer({ id, ok: true });
      cage.answer({ id: Number(id) + 1, ok: true, forged: true });
    });
    const lane = new Lane(driver(twice, honest), limits);
    const answers = await Promise.allSettled([lane.request(predict, [])]);
    expect(answers[0]?.status).toBe("fulfilled");
    const next = await lane.request(predict, []);
    expect(next.message["forged"]).toBeUndefined();
    expect(lane.replaced).toBe(1);
    await lane.close();
  });
});

describe("a model that does not load", () => {
  test.each<[name: string, reply: Reply, code: string]>([
    [
      "raises",
      ({ id }, cage) => cage.answer({ id, ok: false, kind: "model-error", message: "no" }),
      "model-error",
    ],
    ["dies", (_message, cage) => cage.end("code 7"), "died"],
    ["is not shut in", (_message, cage) => cage.end("code 70", true), "unavailable"],
    ["names no class", ({ id }, cage) => cage.answer({ id, ...LOADED, className: [[["a"]]] }), "protocol"],
    ["names no methods", ({ id }, cage) => cage.answer({ id, ...LOADED, methods: [1] }), "protocol"],
    [
      "names endless methods",
      ({ id }, cage) => cage.answer({ id, ...LOADED, methods: Array(99).fill("a") }),
      "protocol",
    ],
  ])(
    "%s: the caller is told, nothing is left, and the next request tries again",
    async (_name, reply, code) => {
      const cages = driver(reply, honest);
      const lane = new Lane(cages, limits);
      await expect(lane.loaded()).rejects.toMatchObject({ code });
      expect(cages.cages[0]?.killed).toBeLessThanOrEqual(1);
      expect((await lane.loaded()).className).toBe("a.B");
      await lane.close();
    },
  );
});

test("what a worker says of its error is cut, and moves no terminal", async () => {
  const raising = afterLoad(({ id }, cage) =>
    cage.answer({ id, ok: false, kind: "model-error", message: `\u001b[2J${"x".repeat(50_000)}` }),
  );
  const lane = new Lane(driver(raising), limits);
  const error = await lane.request(predict, []).catch((reason: unknown) => reason);
  expect(error instanceof Error ? error.message : "").toMatch(/^\\x1b\[2Jx+$/u);
  expect(String(error).length).toBeLessThan(5_000);
  await lane.close();
});

test("an error of the model is its own: the worker lives on", async () => {
  const raising = afterLoad(({ id }, cage) =>
    cage.answer({ id, ok: false, kind: "bad-input", message: "x" }),
  );
  const lane = new Lane(driver(raising), limits);
  await expect(lane.request(predict, [])).rejects.toMatchObject({ code: "bad-input" });
  expect(lane.replaced).toBe(0);
  await lane.close();
});
