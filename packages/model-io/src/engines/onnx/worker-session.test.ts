import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { OrtOptions, OrtTensor } from "./api.ts";
import { type WorkerLimits, WORKER_LIMITS, WorkerSession } from "./worker-session.ts";

const FIXTURES = new URL("../../../../formats/fixtures/onnx/", import.meta.url);
const options: OrtOptions = {
  executionProviders: ["wasm"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  enableCpuMemArena: false,
  enableMemPattern: false,
  logSeverityLevel: 4,
  externalData: [],
};
const sessions: WorkerSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.release();
});

async function open(name: string, limits: Partial<WorkerLimits> = {}): Promise<WorkerSession> {
  const model = Uint8Array.from(readFileSync(new URL(name, FIXTURES)));
  const session = await WorkerSession.open(
    { runtime: "onnxruntime-web", model, options },
    { ...WORKER_LIMITS, ...limits },
  );
  sessions.push(session);
  return session;
}

const x: OrtTensor = { type: "float32", data: new Float32Array([1.5, -2]), dims: [1, 2] };

test("answers runs, one after the other, and says what goes in and out", async () => {
  const session = await open("function.onnx");
  expect(session.inputMetadata).toMatchObject([{ name: "x", isTensor: true, type: "float32" }]);
  for (let run = 0; run < 3; run++) {
    const found = await session.run({ x }, ["y"]);
    expect(found).toMatchObject({ y: { type: "float32", data: new Float32Array([1.5, 2]), dims: [1, 2] } });
  }
});

describe("a model that never ends", () => {
  test("is ended, and its next run begins anew; others go on", async () => {
    const [hostile, honest] = [
      await open("loop-forever.onnx", { runMilliseconds: 500 }),
      await open("if.onnx"),
    ];
    for (let run = 0; run < 2; run++) {
      const [lost, kept] = await Promise.allSettled([hostile.run({ x }, ["y"]), honest.run({ x }, ["y"])]);
      expect(lost).toMatchObject({
        status: "rejected",
        reason: { code: "LIMIT_EXCEEDED", message: expect.stringContaining("more than 0.5 seconds") },
      });
      expect(kept.status).toBe("fulfilled");
    }
  });
});

describe("what onnxruntime does not take is told in its words", () => {
  test("a model of operators that it does not know", async () => {
    await expect(open("custom.onnx")).rejects.toThrow(/com\.example/u);
  });

  test("a missing input, after which the session goes on", async () => {
    const session = await open("if.onnx");
    await expect(session.run({}, ["y"])).rejects.toThrow(/x/u);
    await expect(session.run({ x }, ["nothing"])).rejects.toThrow(/nothing/u);
    expect(await session.run({ x }, ["y"])).toHaveProperty("y");
  });

  test("a package that is not there", async () => {
    const opening = { runtime: "onnxruntime-of-nobody", model: new Uint8Array(1), options };
    await expect(WorkerSession.open(opening)).rejects.toThrow(/onnxruntime-of-nobody/u);
  });
});

test("a session that was released twice is released", async () => {
  const session = await open("if.onnx");
  await session.release();
  await session.release();
  expect(sessions).toHaveLength(1);
});
