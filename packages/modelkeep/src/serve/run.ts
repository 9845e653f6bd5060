import { once } from "node:events";
import type { Server } from "node:http";
import { parseArgs } from "node:util";
import { ModelkeepError } from "@modelkeep/findings";
import { scoringServer, SecureMLflowLoader } from "@modelkeep/model-io";
import { UsageError } from "../command.ts";
import { loaderOptions } from "../predict/options.ts";
import { version } from "../version.ts";

const HELP = `Examples
  modelkeep serve -m models:/football@champion -p 5001
  curl -d '{"inputs": [[5.1, 3.5, 1.4, 0.2]]}' -H 'content-type: application/json' 127.0.0.1:5001/invocations

Usage: modelkeep serve -m URI|FOLDER [OPTIONS]

Options
  -m, --model-uri URI   folder, models:/…, runs:/…, mlflow-artifacts:/…
  -h, --host HOST       default 127.0.0.1
  -p, --port PORT       default 5000; 0 takes a free one
      --engine ENGINE   auto, native (never starts Python) or sandbox; default auto
      --policy FILE     scan policy
      --help

Answers /invocations, /ping, /health, /version, /metrics.
`;

/** `modelkeep serve`. Runs until it is told to stop. @returns 0; 1 when the model is not admitted */
export async function serveCommand(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      "model-uri": { type: "string", short: "m" },
      host: { type: "string", short: "h", default: "127.0.0.1" },
      port: { type: "string", short: "p", default: "5000" },
      engine: { type: "string" },
      policy: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const uri = values["model-uri"];
  if (uri === undefined) throw new UsageError("no model is named", "give one with -m");
  const port = portOf(values.port);
  const options = await loaderOptions({ engine: values.engine, policy: values.policy });
  try {
    await using loader = await SecureMLflowLoader.open(options);
    const model = await loader.safeLoadModel(uri);
    const onError = (error: unknown): void => void process.stderr.write(`modelkeep: ${String(error)}\n`);
    const server = scoringServer(model, { version: version(), onError });
    await listen(server, port, values.host);
    process.stderr.write(
      `serving ${uri} (${model.className}, engine ${model.engine}) at ${addressOf(server)}\n`,
    );
    await stopped(server);
    return 0;
  } catch (error) {
    if (!(error instanceof ModelkeepError) || error.code !== "NOT_ADMITTED") throw error;
    process.stderr.write(`modelkeep: ${error.message}: see modelkeep scan ${uri}\n`);
    return 1;
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/u.test(text) && port <= 65_535) return port;
  throw new UsageError(`${JSON.stringify(text)} is no port`, "give a number from 0 to 65535");
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    throw taken ? new UsageError(`port ${port} is taken`, "choose another with --port") : error;
  }
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return String(address);
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/** Waits for Ctrl-C or a supervisor's signal, then lets requests under way end. */
async function stopped(server: Server): Promise<void> {
  const signal = Promise.withResolvers<undefined>();
  const stop = (): void => signal.resolve(undefined);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  await signal.promise;
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  await closed;
}
