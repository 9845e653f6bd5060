import { isEveryInterface, isLoopback } from "./address.ts";
import { type Argument, type Invocation, hasFlag, optionsOf, programName } from "./invocation.ts";

/** An MLflow tracking server (or AI gateway) that a command starts. */
export interface ServerStart {
  /** From the program's name to the end of what says where it listens; offsets as the invocation's. */
  readonly start: number;
  readonly end: number;
  /** Where the option stands that says where it listens, when there is one. */
  readonly bindStart?: number;
  /** `every` interface, `loopback`, one `other` address, or `unknown` (a variable that nothing sets). */
  readonly listens: "every" | "loopback" | "other" | "unknown";
  readonly authenticated: boolean;
  readonly args: readonly Argument[];
}

/** The server that an invocation starts, in whatever way; `mlflow models serve` is a scoring server and none. */
export function serverOf(invocation: Invocation): ServerStart | undefined {
  const { name, args } = invocation;
  if (name === "mlflow") return ownServer(invocation);
  if (name === "docker" || name === "podman" || name === "nerdctl") return withinContainer(invocation);
  const handed =
    invocation.script === undefined || name.endsWith(".sh")
      ? args.findIndex(({ text }) => programName(text) === "mlflow")
      : -1;
  const program = args[handed];
  // An entry point that ends in `exec "$@"` starts what it is given.
  if (program !== undefined) return ownServer({ ...invocation, head: program, args: args.slice(handed + 1) });
  const app = args.find(({ text }) => /^mlflow\.server(?:\.[\w.]+)?(?::\w+(?:\(.*\))?)?$/u.test(text));
  if (app === undefined || !/^(?:gunicorn|uvicorn|waitress-serve|hypercorn|granian|flask)$/u.test(name))
    return undefined;
  return appServer(invocation, app);
}

function ownServer(invocation: Invocation): ServerStart | undefined {
  const { args, head, variables } = invocation;
  const from = args.findIndex(({ text }) => !text.startsWith("-"));
  const words = args.slice(Math.max(from, 0), from + 3).map(({ text }) => text);
  if (!isServerCommand(words)) return undefined;
  const hosts = optionsOf(args, "--host", "-h");
  const opts = optionsOf(args, "--gunicorn-opts", "--uvicorn-opts", "--waitress-opts");
  const bound = opts.find(({ text }) => /(?:-b|--bind|--host|--listen)[ =]?\S/u.test(text));
  const host = hosts.at(-1);
  const said = bound === undefined ? host?.text : bindIn(bound.text);
  const auth = hasFlag(args, "--app-name") ?? args.find(({ text }) => text.startsWith("--app-name="));
  const bind = bound ?? host;
  return {
    ...(bind === undefined ? {} : { bindStart: bind.optionStart }),
    start: head.start,
    end: (bound ?? host ?? args[Math.max(from, 0)] ?? head).end,
    listens: listensOn(said ?? variables.get("MLFLOW_HOST")?.text ?? "127.0.0.1"),
    authenticated: auth !== undefined,
    args,
  };
}

function isServerCommand([first, second, third]: readonly (string | undefined)[]): boolean {
  if (first === "server" || first === "ui") return true;
  if (first === "gateway" || first === "ai-gateway") return second === "start";
  return first === "deployments" && second === "start-server" && third !== "--help";
}

function bindIn(options: string): string {
  return /(?:-b|--bind|--host|--listen)[ =]?(\S+)/u.exec(options)?.[1] ?? "";
}

function appServer(invocation: Invocation, app: Argument): ServerStart {
  const binds = optionsOf(invocation.args, "-b", "--bind", "--host", "-h", "--listen");
  const bind = binds.at(-1);
  return {
    start: invocation.head.start,
    end: Math.max(app.end, bind?.end ?? 0),
    listens: listensOn(bind?.text ?? "127.0.0.1"),
    authenticated: app.text.startsWith("mlflow.server.auth"),
    args: invocation.args,
  };
}

/** `docker run … image mlflow server …`: what listens within is reached by what is published. */
function withinContainer(invocation: Invocation): ServerStart | undefined {
  const { args } = invocation;
  const at = args.findIndex(({ text }) => programName(text) === "mlflow");
  if (at < 0 || !args.some(({ text }) => text === "run")) return undefined;
  const [head, ...rest] = args.slice(at);
  if (head === undefined) return undefined;
  const inner = ownServer({ ...invocation, head, args: rest });
  if (inner === undefined || inner.listens !== "every") return inner;
  const outside = args.slice(0, at);
  const ports = optionsOf(outside, "-p", "--publish");
  const shared = optionsOf(outside, "--net", "--network").some(({ text }) => text === "host");
  const everyPort = hasFlag(outside, "-P", "--publish-all") !== undefined;
  const published = everyPort || shared || ports.some(({ text }) => publishesToAll(text));
  return published ? inner : { ...inner, listens: "loopback" };
}

/** Does `5000:5000`, `0.0.0.0:80:5000`, `127.0.0.1:5000:5000` reach beyond this machine? */
export function publishesToAll(port: string): boolean {
  const plain = port.trim().replace(/\/(?:tcp|udp)$/u, "");
  const match = /^(\[[^\]]+\]|[^:[\]]+):([^:]*):([^:]+)$/u.exec(plain);
  return match === null || !isLoopback(match[1] ?? "");
}

/** @param bind `host`, `host:port`, `:port`, `[::]:port`, `unix:…` */
function listensOn(bind: string): ServerStart["listens"] {
  const text = bind.trim().replaceAll(/["']/gu, "");
  if (text.startsWith("unix:") || text.startsWith("fd://")) return "loopback";
  const host = /^(\[[^\]]*\]|[^:]*)(?::\d+|:\$\S*)?$/u.exec(text)?.[1] ?? text;
  if (host === "" || isEveryInterface(host)) return "every";
  if (isLoopback(host)) return "loopback";
  return /[${}]/u.test(host) ? "unknown" : "other";
}
