import { parentPort, workerData } from "node:worker_threads";
import { type Batch, type Share, takeFiles } from "./share.ts";

const { share, slot } = workerData as { readonly share: Share; readonly slot: number };
const port: { postMessage(batch: Batch, transfer: readonly never[]): void } | null = parentPort;
for await (const batch of takeFiles(share, slot)) port?.postMessage(batch, []);
