import { EstimatorError } from "@modelkeep/estimators/error";
import { type Input, isMethod, type Method, type Output } from "@modelkeep/estimators/data";
import { loadModel, type NativeModel } from "@modelkeep/estimators/load";
import { ModelkeepError } from "@modelkeep/findings";
import { readModelGraph } from "@modelkeep/formats/model-graph";
import { parseCsv } from "../input/csv.ts";
import { type Parsed, parseScoringDocument } from "../input/scoring.ts";
import { parseTyped } from "../input/typed.ts";
import type { Mlmodel } from "../mlmodel.ts";
import { type Predictions, toPredictions } from "../output/predictions.ts";
import type { Quarantined } from "../quarantine.ts";
import { enforceInput } from "../schema/enforce.ts";
import { enforceParams } from "../schema/params.ts";
import type { Engine, Params, PredictInput } from "./engine.ts";
import { openVerified } from "./model-file.ts";

/**
 * Reads a scikit-learn flavor as data. No Python is started.
 * @throws {ModelkeepError} `UNSUPPORTED_MODEL` for other flavors and for what cannot be evaluated exactly
 */
export function openNative(model: Quarantined, mlmodel: Mlmodel): Engine {
  const flavor = mlmodel.flavors.get("sklearn");
  const path = flavor?.["pickled_model"];
  if (flavor === undefined || typeof path !== "string") {
    const names = [...mlmodel.flavors.keys()].join(", ");
    throw new ModelkeepError(
      "UNSUPPORTED_MODEL",
      `the native engine reads the flavor sklearn; this model has ${names}`,
    );
  }
  const version = flavor["sklearn_version"];
  return new NativeEngine(readModel(model, path, typeof version === "string" ? version : undefined), mlmodel);
}

function readModel(model: Quarantined, path: string, sklearnVersion: string | undefined): NativeModel {
  const source = openVerified(model, path);
  try {
    const graph = readModelGraph(source);
    if (graph === undefined) {
      throw new ModelkeepError(
        "UNSUPPORTED_MODEL",
        `${path} holds no single object that can be read as data`,
      );
    }
    return loadModel(graph.root, sklearnVersion === undefined ? {} : { sklearnVersion });
  } finally {
    source.close();
  }
}

class NativeEngine implements Engine {
  readonly name = "native";
  readonly className: string;
  readonly methods: readonly Method[];
  readonly #model: NativeModel;
  readonly #mlmodel: Mlmodel;

  constructor(model: NativeModel, mlmodel: Mlmodel) {
    this.#model = model;
    this.#mlmodel = mlmodel;
    this.className = model.className;
    this.methods = model.methods;
  }

  async predict(
    input: PredictInput,
    params: Params | undefined,
    method: string | undefined,
  ): Promise<Predictions> {
    const { signature, predictFn } = this.#mlmodel;
    const request = parse(input);
    // scikit-learn's methods take no parameters; wrong ones are refused all the same, as pyfunc does.
    enforceParams(params ?? request.params, signature.params);
    const name = this.#known(method ?? predictFn);
    return toPredictions(this.#model.invoke(name, enforceInput(request.input, signature.inputs)));
  }

  async invoke(method: string, input: Input): Promise<Output> {
    return this.#model.invoke(this.#known(method), input);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #known(method: string): Method {
    if (isMethod(method) && this.methods.includes(method)) return method;
    throw new ModelkeepError(
      "UNSUPPORTED_METHOD",
      `${this.className} has no ${method}: it has ${this.methods.join(", ")}`,
    );
  }
}

function parse(input: PredictInput): { readonly input: Parsed; readonly params: Params | undefined } {
  switch (input.kind) {
    case "document":
      return parseScoringDocument(input.document);
    case "csv":
      return { input: { kind: "table", table: parseCsv(input.text) }, params: undefined };
    case "typed":
      break;
  }
  return { input: parseTyped(input.input), params: undefined };
}

/** Whether an error says "not natively": then `auto` may go on to the sandbox. */
export function isUnsupported(error: unknown): boolean {
  if (error instanceof ModelkeepError) return error.code === "UNSUPPORTED_MODEL";
  return error instanceof EstimatorError && error.code === "unsupported";
}
