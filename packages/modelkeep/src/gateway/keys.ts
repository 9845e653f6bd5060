import { UsageError } from "../command.ts";
import { CLIENT_OPTIONS, gatewayClient, listOf, shown, table, timeText } from "./client.ts";
import { type Options, readOptions, span } from "./options.ts";

const HELP = `Examples
  export MLFLOW_TRACKING_TOKEN=$(modelkeep keys create --user alice --name laptop --expires 90d)
  modelkeep keys list --user alice
  modelkeep keys revoke 0a1b2c3d4e5f

Usage: modelkeep keys create --user NAME [--name N] [--expires 90d]
       modelkeep keys list [--user NAME] [--format text|json]
       modelkeep keys revoke ID

create prints the key alone on standard output; it is stored nowhere and cannot be shown again.

Everywhere: --gateway URL (or MODELKEEP_GATEWAY; default http://127.0.0.1:5000); the key is read from MODELKEEP_TOKEN.
`;

/** `modelkeep keys`. */
export async function keysCommand(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, [...CLIENT_OPTIONS, "user", "name", "expires", "scope", "format"]);
  if (options.flag("help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const [action, id, ...rest] = options.words;
  if (rest.length > 0) throw new UsageError("too many words", "see modelkeep keys --help");
  if (options.text("scope") !== undefined) {
    throw new UsageError(
      "keys of this version have no --scope",
      "leave it out: a key may do what its user may do",
    );
  }
  if (action === "create" && id === undefined) return await create(options);
  if (action === "list" && id === undefined) return await list(options);
  if (action === "revoke" && id !== undefined) return await revoke(options, id);
  throw new UsageError("keys needs create, list, or revoke ID", "see modelkeep keys --help");
}

async function create(options: Options): Promise<number> {
  const user = options.text("user");
  if (user === undefined) throw new UsageError("keys create needs --user", "name whose key it is");
  const expires = options.text("expires");
  const body = {
    user,
    name: options.text("name") ?? "key",
    ...(expires === undefined ? {} : { expires_at: Date.now() + span(expires) }),
  };
  const made = await (await gatewayClient(options)).call("POST", "/keys", body);
  process.stdout.write(`${shown(made["key"])}\n`);
  return 0;
}

async function list(options: Options): Promise<number> {
  const user = options.text("user");
  const query = user === undefined ? "" : `?user=${encodeURIComponent(user)}`;
  const answer = await (await gatewayClient(options)).call("GET", `/keys${query}`);
  if (options.text("format") === "json") {
    process.stdout.write(`${JSON.stringify(answer["keys"])}\n`);
    return 0;
  }
  const rows = listOf(answer, "keys").map((key) => [
    shown(key["id"]),
    shown(key["user"]),
    shown(key["name"]),
    timeText(key["expires_at"]),
    timeText(key["last_used_at"]),
    key["revoked_at"] === null ? "-" : timeText(key["revoked_at"]),
  ]);
  process.stdout.write(table([["ID", "USER", "NAME", "EXPIRES", "LAST USED", "REVOKED"], ...rows]));
  return 0;
}

async function revoke(options: Options, id: string): Promise<number> {
  const key = await (await gatewayClient(options)).call("POST", `/keys/${encodeURIComponent(id)}/revoke`);
  process.stdout.write(`${shown(key["id"])} of ${shown(key["user"])} is revoked\n`);
  return 0;
}
