import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ModelkeepError } from "@modelkeep/findings";
import { type Logger, pino } from "pino";
import { Resolver } from "./access/resolver.ts";
import { ModelAdmission } from "./admission/model.ts";
import { Quarantine } from "./admission/quarantine.ts";
import type { Scanner } from "./admission/scanner.ts";
import { Verdicts } from "./admission/verdicts.ts";
import { makeOwn } from "./api/own.ts";
import { AuditLog } from "@modelkeep/audit-log/log";
import { ensureAdministrator } from "./identity/administration.ts";
import { LastUsed } from "./identity/last-used.ts";
import { unavailable } from "./http/refusal.ts";
import { lockDataDir } from "./lock.ts";
import { makeHandler } from "./proxy/handler.ts";
import { Metrics } from "./proxy/metrics.ts";
import { DEFAULT_GATEWAY_LIMITS, type GatewayLimits, type Services } from "./proxy/services.ts";
import { UpstreamClient } from "./proxy/upstream.ts";
import { RouteTable } from "./routes/table.ts";
import { openState, type State } from "./state/database.ts";
import { Directory } from "./state/directory.ts";

export interface GatewayOptions {
  /** Address of the MLflow server. */
  readonly upstream: string;
  /** Sent with every request to MLflow. */
  readonly upstreamHeaders?: Readonly<Record<string, string>>;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 5000; 0 takes a free one. */
  readonly port?: number;
  /** Folder for state, audit log and quarantine; made when absent. */
  readonly dataDir: string;
  /** `sqlite:` (default) or `sqlite:PATH`. */
  readonly database?: string;
  readonly scanner: Scanner;
  /** The first administrator's key; one is made at the first start when absent. */
  readonly adminKey?: string;
  /** Default: errors as JSON lines on standard error. */
  readonly logger?: Logger;
  readonly limits?: Partial<GatewayLimits>;
}

export interface Gateway {
  readonly url: string;
  /** The first administrator's key, when it was made in this start: to be shown once. */
  readonly adminKey?: string;
  /** Stops taking requests, lets those under way end, writes everything down. */
  close(): Promise<void>;
}

/** How often another process's changes to users, keys and grants are looked for: a revoked key works no longer. */
const WATCH_MS = 500;
const FLUSH_MS = 30_000;
/** Requests under way get this long to end when the gateway stops. */
const DRAIN_MS = 10_000;

/**
 * Starts a gateway in front of a MLflow server.
 * @throws {ModelkeepError} `CONFIGURATION` (address taken, folder in use, bad option), `INTEGRITY` (audit log damaged)
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const closers: (() => unknown)[] = [];
  try {
    return await start(options, closers);
  } catch (error) {
    for (const close of closers.reverse()) await close();
    throw error;
  }
}

async function start(options: GatewayOptions, closers: (() => unknown)[]): Promise<Gateway> {
  const { dataDir } = options;
  const logger = options.logger ?? pino({ level: "error" }, pino.destination(2));
  closers.push(lockDataDir(dataDir));
  const state = await openState(dataDir, options.database);
  closers.push(() => state.close());
  const services = await makeServices(options, state, closers);
  const adminKey = await ensureAdministrator(services.directory, options.adminKey);
  const own = await makeOwn({ ...services, dataDir }, logger);
  closers.push(() => own.close());
  const stopTimers = startTimers(state, services, logger);
  closers.push(stopTimers);
  const server = makeServer(makeHandler(services, own.handle, logger));
  const url = await listen(server, options.host ?? "127.0.0.1", options.port ?? 5_000);
  closers.push(() => drain(server));
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  return { url, ...(adminKey === undefined ? {} : { adminKey }), close };
}

async function makeServices(
  options: GatewayOptions,
  state: State,
  closers: (() => unknown)[],
): Promise<Services> {
  const limits = { ...DEFAULT_GATEWAY_LIMITS, ...options.limits };
  const audit = await AuditLog.open(options.dataDir, {
    failure: (message, cause) => unavailable(`${message}: see the gateway's own log`, cause),
  });
  closers.push(() => audit.close());
  const upstream = new UpstreamClient(options.upstream, options.upstreamHeaders);
  closers.push(() => upstream.close());
  const directory = new Directory(state.db);
  await directory.reload();
  const lastUsed = new LastUsed(directory);
  closers.push(() => lastUsed.flush());
  const quarantine = new Quarantine(options.dataDir);
  return {
    admission: new ModelAdmission(upstream, quarantine, options.scanner, limits),
    audit,
    directory,
    lastUsed,
    limits,
    metrics: new Metrics(),
    quarantine,
    resolver: new Resolver(upstream),
    routes: new RouteTable(),
    upstream,
    verdicts: new Verdicts(state.db, options.scanner),
  };
}

function startTimers(state: State, { directory, lastUsed }: Services, logger: Logger): () => void {
  let version = state.dataVersion();
  const report = (error: unknown): void =>
    logger.error({ err: error }, "the gateway's state could not be read or written");
  const watch = setInterval(() => {
    const now = state.dataVersion();
    if (now === version) return;
    version = now;
    directory.reload().catch(report);
  }, WATCH_MS);
  const flush = setInterval(() => void lastUsed.flush().catch(report), FLUSH_MS);
  return () => {
    clearInterval(watch);
    clearInterval(flush);
  };
}

type Handler = ReturnType<typeof makeHandler>;

function makeServer(handler: Handler): Server {
  // Total time is not bounded (big artifacts), idle time is; slow headers are cut off by Node itself.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000, noDelay: true }, handler);
  // Node would say "continue" by itself before anybody decided.
  server.on("checkContinue", handler);
  server.on("clientError", refuseMalformed);
  server.on("upgrade", (_request, socket) => refuseUpgrade(socket));
  server.setTimeout(600_000);
  return server;
}

function refuseUpgrade(socket: Duplex): void {
  endWith(socket, "403 Forbidden", "PERMISSION_DENIED", "protocol upgrades are not allowed here");
}

/** What Node's parser did not take for HTTP, or waited for too long. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = MALFORMED.get(error.code ?? "") ?? [
    "400 Bad Request",
    "this is not HTTP as it should be",
  ];
  endWith(socket, status, "BAD_REQUEST", message);
}

const MALFORMED: ReadonlyMap<string, readonly [status: string, message: string]> = new Map([
  ["HPE_HEADER_OVERFLOW", ["431 Request Header Fields Too Large", "the target or the headers are too long"]],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", ["413 Payload Too Large", "the chunk extensions are too long"]],
  ["ERR_HTTP_REQUEST_TIMEOUT", ["408 Request Timeout", "the request's headers came too slowly"]],
]);

function endWith(socket: Duplex, status: string, error_code: string, message: string): void {
  const body = JSON.stringify({ error_code, message });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new ModelkeepError(
      "CONFIGURATION",
      `port ${port} on ${host} is taken: stop what uses it, or choose another with --port`,
    );
  }
  if (error.code === "EACCES") {
    return new ModelkeepError(
      "CONFIGURATION",
      `port ${port} on ${host} may not be used: choose one above 1023 with --port`,
    );
  }
  return error;
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(cut);
}
