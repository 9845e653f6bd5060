import { DEFAULT_SANDBOX_LIMITS } from "@modelkeep/sandbox/limits";
import { GatewayAuthoriser, type LoaderOptions, ModelServer, SecureMLflowLoader } from "@modelkeep/model-io";
import { refusalLine } from "../refused.ts";
import { UsageError } from "../command.ts";
import { type Config, readConfig } from "../config.ts";
import { loaderOptions } from "../predict/options.ts";
import { version } from "../version.ts";
import { announce, say } from "./announce.ts";
import { eventLine } from "./events.ts";
import { HELP } from "./help.ts";
import type { WorkerLink } from "./link.ts";
import { type ServeCommandOptions, serveOptions } from "./options.ts";

/** `modelkeep serve`. Runs until it is told to stop. @returns 0; 1 when a model is not admitted */
export async function serveCommand(argv: string[]): Promise<number> {
  const config = await readConfig();
  const options = serveOptions(argv, process.env, config.serve);
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.workers === 1) return await serveHere(options, config);
  const { isWorker, workerLink, runWorkers } = await import("./workers.ts");
  if (!isWorker()) return await runWorkers(options);
  const link = workerLink();
  try {
    return await serveHere(options, config, link);
  } finally {
    link.release();
  }
}

async function serveHere(options: ServeCommandOptions, config: Config, link?: WorkerLink): Promise<number> {
  // Waited for from the start: Ctrl-C while models load must stop it as well.
  const stopped = stopSignal();
  if (link === undefined) announce(options);
  try {
    await using loader = await SecureMLflowLoader.open(within(options.timeout, await loaderOptions(options)));
    await using server = await ModelServer.open({
      loader,
      models: options.models,
      version: version(),
      auth: options.auth ? new GatewayAuthoriser({ url: gatewayUrl(options, config) }) : undefined,
      maxBodyBytes: options.maxRequestBytes,
      maxConcurrent: options.maxConcurrent,
      timeoutSeconds: options.timeout,
      pollSeconds: options.pollSeconds,
      batching: options.batching,
      onEvent: (event) => say(eventLine(event)),
      onError: (error, trace) =>
        say(`modelkeep: ${String(error)}${trace === undefined ? "" : ` (${trace})`}`),
      ...(link === undefined ? {} : { others: link.others }),
    });
    link?.share(() => server.metrics.snapshot());
    const address = await listen(server, options);
    if (link === undefined) say(servingLine(server, options, address));
    else link.listening(`${servingLine(server, options, address)}, ${options.workers} workers`);
    const signal = await stopped;
    // Whoever presses Ctrl-C has no load balancer in front.
    const drained = await server.drain(
      signal === "SIGINT" ? 0 : options.drainDelay * 1000,
      options.drainTimeout * 1000,
    );
    if (!drained) say("modelkeep: some requests were not answered in time: raise --drain-timeout");
    return 0;
  } catch (error) {
    const line = refusalLine(error, [...options.models.values()].join(" "));
    if (line === undefined) throw error;
    say(line);
    return 1;
  }
}

/** A caged model that answers no more is ended when nobody waits for its answer any longer. */
function within(seconds: number, options: LoaderOptions): LoaderOptions {
  const { sandbox } = options;
  const { requestMilliseconds = DEFAULT_SANDBOX_LIMITS.requestMilliseconds } = sandbox?.limits ?? {};
  const limits = { ...sandbox?.limits, requestMilliseconds: Math.min(requestMilliseconds, seconds * 1_000) };
  return { ...options, sandbox: { ...sandbox, limits } };
}

async function stopSignal(): Promise<"SIGINT" | "SIGTERM"> {
  return await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

/** @throws {UsageError} */
function gatewayUrl(options: ServeCommandOptions, config: Config): string {
  const configured = config.gateway["url"];
  const tracking = process.env["MLFLOW_TRACKING_URI"] || config.tracking_uri;
  const url =
    options.gateway ??
    (process.env["MODELKEEP_GATEWAY"] || (typeof configured === "string" ? configured : tracking));
  if (url === undefined || !/^https?:\/\//u.test(url) || !URL.canParse(url))
    throw new UsageError("no gateway is named that could check keys", "give its address with --gateway");
  return url.replace(/\/+$/u, "");
}

async function listen(server: ModelServer, { port, host }: ServeCommandOptions): Promise<string> {
  try {
    return await server.listen(port, host);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") throw new UsageError(`port ${port} is taken`, "choose another with --port");
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new UsageError(`${host} is no address of this machine`, "choose another with --host");
    throw error;
  }
}

function servingLine(server: ModelServer, { models }: ServeCommandOptions, address: string): string {
  const shown = [...server.models].map(([name, model]) => {
    const named = models.size === 1 ? "" : `${name}=`;
    return `${named}${models.get(name)} (${model.className}, engine ${model.engine})`;
  });
  return `serving ${shown.join(", ")} at ${address}`;
}
