import { UsageError } from "../command.ts";
import { CLIENT_OPTIONS, gatewayClient, listOf, shown, table, timeText } from "./client.ts";
import { readOptions } from "./options.ts";

const HELP = `Examples
  modelkeep users create alice
  modelkeep users create ci --role releaser
  modelkeep users list

Usage: modelkeep users create NAME [--role viewer|contributor|releaser|auditor|administrator]
       modelkeep users list [--format text|json]

A contributor (the default) creates experiments and models, owns what it created, and sees nothing else.

Everywhere: --gateway URL (or MODELKEEP_GATEWAY; default http://127.0.0.1:5000); the key is read from MODELKEEP_TOKEN.
`;

/** `modelkeep users`. */
export async function usersCommand(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, [...CLIENT_OPTIONS, "role", "format"]);
  const [action, name, ...rest] = options.words;
  if (options.flag("help")) {
    process.stdout.write(HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError("too many words", "see modelkeep users --help");
  if (action === "create" && name !== undefined) {
    const client = await gatewayClient(options);
    const user = await client.call("POST", "/users", { name, role: options.text("role") ?? "contributor" });
    process.stdout.write(`${shown(user["name"])} (${shown(user["role"])})\n`);
    return 0;
  }
  if (action === "list" && name === undefined) {
    const answer = await (await gatewayClient(options)).call("GET", "/users");
    if (options.text("format") === "json") process.stdout.write(`${JSON.stringify(answer["users"])}\n`);
    else process.stdout.write(table([["NAME", "ROLE", "CREATED"], ...listOf(answer, "users").map(row)]));
    return 0;
  }
  throw new UsageError("users needs create NAME or list", "see modelkeep users --help");
}

function row(user: Readonly<Record<string, unknown>>): string[] {
  return [shown(user["name"]), shown(user["role"]), timeText(user["created_at"])];
}
