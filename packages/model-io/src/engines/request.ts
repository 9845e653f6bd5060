import type { Input } from "@modelkeep/estimators/data";
import type { Signature } from "@modelkeep/mlflow";
import { parseCsv } from "../input/csv.ts";
import { type Parsed, parseScoringDocument } from "../input/scoring.ts";
import { parseTyped } from "../input/typed.ts";
import { enforceInput, textColumns } from "../schema/enforce.ts";
import { enforceParams } from "../schema/params.ts";
import type { Params, PredictInput } from "./engine.ts";

/**
 * The input of one request, checked against the model's signature and cast as `mlflow.pyfunc` does, parameters too.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function enforcedInput(input: PredictInput, params: Params | undefined, signature: Signature): Input {
  const request = parseRequest(input, signature);
  // A model's own methods take no parameters; wrong ones are refused all the same, as pyfunc does.
  enforceParams(params ?? request.params, signature.params);
  return enforceInput(request.input, signature.inputs);
}

/**
 * One request as its form is, before its input is held against the signature.
 * @throws {ModelkeepError} `INVALID_INPUT`
 */
export function parseRequest(
  input: PredictInput,
  signature: Signature,
): { readonly input: Parsed; readonly params: Params | undefined } {
  switch (input.kind) {
    case "document":
      return parseScoringDocument(input.document);
    case "csv":
      return {
        input: { kind: "table", table: parseCsv(input.text, textColumns(signature.inputs)) },
        params: undefined,
      };
    case "typed":
      break;
  }
  return { input: parseTyped(input.input), params: undefined };
}
