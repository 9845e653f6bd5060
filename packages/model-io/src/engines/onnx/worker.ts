import { parentPort, workerData } from "node:worker_threads";
import type { OrtApi, OrtSession, OrtTensor } from "./api.ts";
import type { Answer, Opening, Request } from "./protocol.ts";

// Imports nothing of this repository, so that it runs from its source as well.
if (parentPort === null) throw new Error("this is the inside of a worker thread");
const port = parentPort;
const { runtime, model, options }: Opening = workerData;

const send = (message: Answer): void => {
  port.postMessage(message);
};
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  const ort: OrtApi = await import(runtime);
  ort.env.logLevel = "fatal";
  // More would be threads of their own.
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(model, options);
  port.on("message", (request: Request) => void answer(ort, session, request));
  const { inputMetadata, outputMetadata } = session;
  send({ kind: "opened", inputs: inputMetadata.map(plain), outputs: outputMetadata.map(plain) });
} catch (error) {
  send({ kind: "failed", reason: reasonOf(error) });
}

async function answer(ort: OrtApi, session: OrtSession, { feeds, fetches }: Request): Promise<void> {
  try {
    const tensors = feeds.map(
      ([name, { type, data, dims }]) => [name, new ort.Tensor(type, data, dims)] as const,
    );
    const found = await session.run(Object.fromEntries(tensors), fetches);
    const outputs = Object.entries(found).map(([name, { type, data, dims }]): [string, OrtTensor] => [
      name,
      { type, data, dims },
    ]);
    send({ kind: "answered", outputs });
  } catch (error) {
    send({ kind: "failed", reason: reasonOf(error) });
  }
}

function plain({
  name,
  isTensor,
  type,
}: OrtSession["inputMetadata"][number]): OrtSession["inputMetadata"][number] {
  return { name, isTensor, ...(type === undefined ? {} : { type }) };
}
