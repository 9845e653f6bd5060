import { startGateway } from "@modelkeep/gateway/server";
import { startManagedUpstream, type Upstream } from "@modelkeep/gateway/upstream/index";
import { DEFAULT_POLICY } from "@modelkeep/scanner/policy";
import { loadPolicy } from "@modelkeep/scanner/policy-file";
import { ScanService } from "@modelkeep/scanner/service";
import { UsageError } from "../command.ts";
import { readConfig } from "../config.ts";
import { dataFolder } from "./data-folder.ts";
import { type Options, readOptions, wholeNumber } from "./options.ts";

const HELP = `Examples
  modelkeep gateway                                       with a MLflow of its own behind it
  modelkeep gateway --upstream http://mlflow.internal:5000 --host 0.0.0.0 --port 8080 --data /var/lib/modelkeep

Usage: modelkeep gateway [OPTIONS]

  --upstream URL    the MLflow server to guard; without it one is started and kept running on loopback
  --host HOST       address to listen on (default 127.0.0.1)
  --port PORT       port to listen on (default 5000)
  --data DIR        users, verdicts, audit log (MODELKEEP_DATA; default .modelkeep)
  --database URL    sqlite: (default, in the data folder) or sqlite:PATH
  --policy FILE     what is admitted, as for modelkeep scan

MODELKEEP_ADMIN_KEY, when set at the first start, is the first administrator's API key; else one is made and shown once.
Each option may come from MODELKEEP_<OPTION> or modelkeep.yaml.
`;

const SETTINGS = ["upstream", "host", "port", "database", "redis", "policy"] as const;
type Settings = Partial<Record<(typeof SETTINGS)[number], string>>;

/** `modelkeep gateway`: runs until SIGINT or SIGTERM. */
export async function gatewayCommand(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, ["data", ...SETTINGS]);
  if (options.flag("help")) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.words.length > 0) throw new UsageError("too many words", "see modelkeep gateway --help");
  const settings = await settingsOf(options);
  if (settings.redis !== undefined)
    throw new UsageError("this version shares nothing through Redis", "leave --redis out");
  return await serve(await dataFolder(options), settings);
}

async function settingsOf(options: Options, env = process.env): Promise<Settings> {
  const { gateway, policy } = await readConfig();
  const settings: Settings = {};
  for (const name of SETTINGS) {
    const configured = name === "policy" ? policy : gateway[name];
    const value = options.text(name) ?? (env[`MODELKEEP_${name.toUpperCase()}`] || configured);
    if (value !== undefined) settings[name] = String(value);
  }
  return settings;
}

async function serve(dataDir: string, settings: Settings): Promise<number> {
  // Waited for from the start: Ctrl-C while MLflow starts must stop it as well.
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await using cleanUp = new AsyncDisposableStack();
  const port = settings.port === undefined ? 5_000 : wholeNumber(settings.port, "the port", 0, 65_535);
  const upstream = cleanUp.adopt(await startUpstream(dataDir, settings.upstream), (server) => server.stop());
  const policy = settings.policy === undefined ? DEFAULT_POLICY : await loadPolicy(settings.policy);
  const scanner = cleanUp.use(new ScanService({ policy }));
  const adminKey = process.env["MODELKEEP_ADMIN_KEY"];
  const gateway = await startGateway({
    upstream: upstream.url,
    upstreamHeaders: upstream.headers,
    dataDir,
    scanner,
    port,
    ...(settings.host === undefined ? {} : { host: settings.host }),
    ...(settings.database === undefined ? {} : { database: settings.database }),
    ...(adminKey === undefined || adminKey === "" ? {} : { adminKey }),
  });
  cleanUp.defer(() => gateway.close());
  process.stdout.write(greeting(gateway.url, gateway.adminKey));
  await stopped;
  process.stderr.write("stopping: requests under way are ended first\n");
  return 0;
}

type Guarded = Pick<Upstream, "url" | "headers" | "stop">;

async function startUpstream(dataDir: string, url: string | undefined): Promise<Guarded> {
  if (url !== undefined) return { url, headers: {}, stop: () => Promise.resolve() };
  return await startManagedUpstream({ dataDir, onLog: (line) => process.stderr.write(`${line}\n`) });
}

function greeting(url: string, adminKey: string | undefined): string {
  const key = adminKey === undefined ? "<your API key>" : adminKey;
  const shownOnce =
    adminKey === undefined ? [] : ["", `The first administrator's key, shown this once: ${adminKey}`];
  return [
    `Modelkeep guards MLflow at ${url}`,
    ...shownOnce,
    "",
    "Point a MLflow client at it:",
    `  export MLFLOW_TRACKING_URI=${url}`,
    `  export MLFLOW_TRACKING_TOKEN=${key}`,
    `  python -c "import mlflow; print([e.name for e in mlflow.search_experiments()])"`,
    "",
    `In a browser: ${url}/ (log in with the key). Ctrl-C stops everything.`,
    "",
  ].join("\n");
}
