import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { isScoringDocument } from "@modelkeep/model-io/input/scoring";
import { parsePythonJson } from "@modelkeep/model-io/input/python-json";
import { type PredictResult, SecureMLflowLoader, type SecureModel } from "@modelkeep/model-io";
import { stringifyPythonJson } from "@modelkeep/model-io/output/python-json";
import { ModelkeepError } from "@modelkeep/findings";
import { refusalLine } from "../refused.ts";
import { UsageError } from "../command.ts";
import { loaderOptions } from "./options.ts";

const HELP = `Examples
  modelkeep predict -m models:/football@champion -i rows.json
  modelkeep predict -m ./model -i rows.csv -t csv -o predictions.json
  echo '{"inputs": [[5.1, 3.5, 1.4, 0.2]]}' | modelkeep predict -m runs:/<run id>/model --method predict_proba

Usage: modelkeep predict -m URI|FOLDER [OPTIONS]

Options
  -m, --model-uri URI      folder, models:/…, runs:/…, mlflow-artifacts:/…, s3://…, gs://…
  -i, --input-path FILE    default standard input
  -o, --output-path FILE   default standard output
  -t, --content-type TYPE  json (MLflow's scoring protocol) or csv; default json
      --engine ENGINE      auto, native (never starts Python) or sandbox; default auto
      --env-manager NAME   local: the managed Python; uv, virtualenv: built from the model's requirements; auto
      --sandbox-driver NAME  bubblewrap, podman or docker: what shuts the model in; default bubblewrap
      --method METHOD      predict, predict_proba, transform, decision_function, …; default the model's own
      --policy FILE        scan policy
      --fallback WHAT      none, or last-verified: the last version that passed everything; default none
      --audit-log DIR      records the access there; modelkeep auditlog --data DIR reads it
`;

/** `modelkeep predict`. @returns 0; 1 when the model is not admitted */
export async function predictCommand(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      "model-uri": { type: "string", short: "m" },
      "input-path": { type: "string", short: "i" },
      "output-path": { type: "string", short: "o" },
      "content-type": { type: "string", short: "t", default: "json" },
      engine: { type: "string" },
      method: { type: "string" },
      policy: { type: "string" },
      fallback: { type: "string" },
      "audit-log": { type: "string" },
      "env-manager": { type: "string" },
      "sandbox-driver": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const uri = values["model-uri"];
  if (uri === undefined) throw new UsageError("no model is named", "give one with -m");
  const type = values["content-type"];
  if (type !== "json" && type !== "csv")
    throw new UsageError(`${type} is no content type`, "choose json or csv");
  const options = await loaderOptions({
    ...values,
    auditLog: values["audit-log"],
    envManager: values["env-manager"],
    sandboxDriver: values["sandbox-driver"],
    engine: values.engine,
    policy: values.policy,
  });
  const input = await readInput(values["input-path"]);
  try {
    await using loader = await SecureMLflowLoader.open(options);
    const model = await loader.safeLoadModel(uri);
    writeOutput(values["output-path"], await predict(model, type, input, values.method));
    return 0;
  } catch (error) {
    const line = refusalLine(error, uri);
    if (line === undefined) throw error;
    process.stderr.write(`${line}\n`);
    return 1;
  }
}

async function predict(
  model: SecureModel,
  type: "json" | "csv",
  input: string,
  method: string | undefined,
): Promise<PredictResult> {
  const options = method === undefined ? {} : { method };
  if (type === "csv") return await model.predictCsv(input, options);
  const document = parsePythonJson(input);
  if (isScoringDocument(document)) return await model.predict(document, options);
  throw new ModelkeepError(
    "INVALID_INPUT",
    "the input is no scoring document: write an object with one of dataframe_split, dataframe_records, instances, inputs",
  );
}

async function readInput(path: string | undefined): Promise<string> {
  return path === undefined ? await text(process.stdin) : readFileSync(path, "utf8");
}

function writeOutput(path: string | undefined, result: PredictResult): void {
  const json = stringifyPythonJson(result);
  if (path === undefined) process.stdout.write(`${json}\n`);
  else writeFileSync(path, json);
}
