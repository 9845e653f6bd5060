import { setTimeout as sleep } from "node:timers/promises";
import { ModelkeepError } from "@modelkeep/findings";

const WAIT_MS = 120_000;

/**
 * Waits until the server answers `/health` with 200.
 * @param ended settles when the server's process is gone
 * @throws ModelkeepError UNAVAILABLE when it ends or does not answer within two minutes
 */
export async function waitUntilHealthy(
  url: string,
  headers: Readonly<Record<string, string>>,
  ended: Promise<void>,
): Promise<void> {
  const until = Date.now() + WAIT_MS;
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  while (Date.now() < until) {
    if (gone) throw new ModelkeepError("UNAVAILABLE", "MLflow ended while starting: read mlflow/server.log");
    if (await answers(url, headers)) return;
    await sleep(50);
  }
  throw new ModelkeepError(
    "UNAVAILABLE",
    "MLflow does not answer: read mlflow/server.log in the data folder",
  );
}

async function answers(url: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { headers, signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    // Not listening yet: the caller asks again until its own deadline.
    return false;
  }
}
