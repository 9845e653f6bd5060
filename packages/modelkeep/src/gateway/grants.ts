import { UsageError } from "../command.ts";
import { CLIENT_OPTIONS, gatewayClient, listOf, shown, table } from "./client.ts";
import { type Options, readOptions } from "./options.ts";

const HELP = `Examples
  modelkeep grants set --user alice --experiment 'churn-*' EDIT
  modelkeep grants set --user serving --model football READ
  modelkeep grants set --user bob --model 'internal-*' NO_PERMISSIONS
  modelkeep grants list

Usage: modelkeep grants set --user NAME --experiment|--model PATTERN READ|USE|EDIT|MANAGE|NO_PERMISSIONS
       modelkeep grants list [--format text|json]
       modelkeep grants delete ID

A pattern is a name in which * stands for any characters. NO_PERMISSIONS denies, whatever other grants say.

Everywhere: --gateway URL (or MODELKEEP_GATEWAY; default http://127.0.0.1:5000); the key is read from MODELKEEP_TOKEN.
`;

/** `modelkeep grants`. */
export async function grantsCommand(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, [...CLIENT_OPTIONS, "user", "group", "experiment", "model", "format"]);
  if (options.flag("help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const [action, word, ...rest] = options.words;
  if (rest.length > 0) throw new UsageError("too many words", "see modelkeep grants --help");
  if (action === "set" && word !== undefined) return await set(options, word);
  if (action === "list" && word === undefined) return await list(options);
  if (action === "delete" && word !== undefined) {
    await (await gatewayClient(options)).call("DELETE", `/grants/${encodeURIComponent(word)}`);
    return 0;
  }
  throw new UsageError("grants needs set … PERMISSION, list, or delete ID", "see modelkeep grants --help");
}

async function set(options: Options, permission: string): Promise<number> {
  if (options.text("group") !== undefined) {
    throw new UsageError("this version has no groups", "grant to each user with --user");
  }
  const user = options.text("user");
  const experiment = options.text("experiment");
  const model = options.text("model");
  const pattern = experiment ?? model;
  if (user === undefined || pattern === undefined || (experiment !== undefined && model !== undefined)) {
    throw new UsageError(
      "grants set needs --user and one of --experiment and --model",
      "see modelkeep grants --help",
    );
  }
  const kind = experiment === undefined ? "registered-model" : "experiment";
  const grant = await (await gatewayClient(options)).call("PUT", "/grants", {
    user,
    kind,
    pattern,
    permission,
  });
  process.stdout.write(
    `${shown(grant["user"])} has ${shown(grant["permission"])} on ${kind} ${shown(grant["pattern"])}\n`,
  );
  return 0;
}

async function list(options: Options): Promise<number> {
  const answer = await (await gatewayClient(options)).call("GET", "/grants");
  if (options.text("format") === "json") {
    process.stdout.write(`${JSON.stringify(answer["grants"])}\n`);
    return 0;
  }
  const rows = listOf(answer, "grants").map((grant) =>
    ["id", "user", "kind", "pattern", "permission"].map((name) => shown(grant[name])),
  );
  process.stdout.write(table([["ID", "USER", "KIND", "PATTERN", "PERMISSION"], ...rows]));
  return 0;
}
