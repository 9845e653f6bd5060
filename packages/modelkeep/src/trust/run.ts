import { parseArgs } from "node:util";
import { UsageError } from "../command.ts";
import { loaderOptions } from "../predict/options.ts";
import { acceptBaseline, forgetBaseline, listBaselines } from "./baselines.ts";
import { explanationDocument, explanationText } from "./explain.ts";

const HELP = `Examples
  modelkeep trust explain models:/football@champion
  modelkeep trust explain ./model --format json
  modelkeep trust baseline list
  modelkeep trust baseline accept models:/football/3

Usage: modelkeep trust explain URI|FOLDER [--format text|json]
       modelkeep trust baseline list [--format text|json]
       modelkeep trust baseline accept URI
       modelkeep trust baseline forget URI|KEY

explain fetches the model and says which rule of modelkeep.yaml is for it, which signatures lie in its folder, and why
each counts or not. Baselines are what unsigned models were when they were first used (docs/trust.md).

Exit codes: 0 as many signatures count as the rule wants, 1 fewer, 2 the work could not be done.
`;

/** `modelkeep trust`. @returns the exit code */
export async function runTrust(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { format: { type: "string", default: "text" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const format = values.format;
  if (format !== "text" && format !== "json") {
    throw new UsageError(`there is no format ${JSON.stringify(format)}`, "choose text or json");
  }
  const [verb, ...rest] = positionals;
  if (verb === "explain") return await explain(only(rest, "explain"), format);
  if (verb === "baseline") return await baseline(rest, format);
  throw new UsageError(
    verb === undefined ? "trust: nothing to do" : `trust: there is no ${JSON.stringify(verb)}`,
    "use explain or baseline; see modelkeep trust --help",
  );
}

async function explain(uri: string, format: "text" | "json"): Promise<number> {
  const { SecureMLflowLoader } = await import("@modelkeep/model-io");
  await using loader = await SecureMLflowLoader.open(
    await loaderOptions({ engine: undefined, policy: undefined }),
  );
  const explanation = await loader.explainTrust(uri);
  const text =
    format === "json"
      ? `${JSON.stringify(explanationDocument(explanation))}\n`
      : explanationText(explanation);
  process.stdout.write(text);
  const { trusted, refusal } = explanation.verified.decision;
  return trusted && refusal === undefined ? 0 : 1;
}

async function baseline(words: readonly string[], format: "text" | "json"): Promise<number> {
  const [verb, ...rest] = words;
  if (verb === "list") {
    if (rest.length > 0) throw new UsageError("trust baseline list takes no more words", "leave them out");
    return listBaselines(format);
  }
  if (verb === "accept") return await acceptBaseline(only(rest, "baseline accept"));
  if (verb === "forget") return await forgetBaseline(only(rest, "baseline forget"));
  throw new UsageError(
    verb === undefined
      ? "trust baseline: nothing to do"
      : `trust baseline: there is no ${JSON.stringify(verb)}`,
    "use list, accept or forget",
  );
}

function only(words: readonly string[], what: string): string {
  const [word, second] = words;
  if (word === undefined) throw new UsageError(`trust ${what}: no model is named`, "give a URI or a folder");
  if (second === undefined) return word;
  throw new UsageError(`trust ${what}: ${JSON.stringify(second)} is one word too many`, "name one model");
}
