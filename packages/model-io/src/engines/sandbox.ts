import { ModelkeepError } from "@modelkeep/findings";
import {
  type CageInfo,
  type DriverChoice,
  SandboxedModel,
  SandboxError,
  type SandboxLimits,
  type ScoringInput,
} from "@modelkeep/sandbox";
import type { Input, Output } from "@modelkeep/estimators/data";
import type { Signature } from "@modelkeep/mlflow";
import { parsePythonJson } from "../input/python-json.ts";
import { isRecord } from "../input/table.ts";
import { type Predictions, toPredictions } from "../output/predictions.ts";
import { stringifyPythonJson } from "../output/python-json.ts";
import type { Quarantined } from "../quarantine.ts";
import { fromWire, toWire } from "./convert.ts";
import type { Engine, Params, PredictInput } from "./engine.ts";
import { choosePython, type ChosenPython, type EnvironmentOptions } from "./environment.ts";
import { openVerified } from "./model-file.ts";
import { enforcedInput } from "./request.ts";

/** What cages are made by (`driver`, `runtime`, `image`, `rootfs`), with which Python, and what a worker may use. */
export interface SandboxOptions extends EnvironmentOptions, DriverChoice {
  readonly limits?: Partial<SandboxLimits>;
  /** How many processes answer for one model; default 1. */
  readonly workers?: number;
}

/**
 * Loads an admitted model in a cage.
 * @throws {SandboxError} | {ModelkeepError}
 */
export async function openSandbox(
  model: Quarantined,
  signature: Signature,
  options: SandboxOptions,
): Promise<Engine> {
  for (const file of model.files) openVerified(model, file.path).close();
  const loaded = await SandboxedModel.load({
    ...(await pythonFor(model, options)),
    driver: driverOf(options),
    modelFolder: model.folder,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  return new SandboxEngine(loaded, signature);
}

/** An image brings its own. */
async function pythonFor(model: Quarantined, options: SandboxOptions): Promise<ChosenPython> {
  if (options.image === undefined && options.rootfs === undefined) return await choosePython(model, options);
  if ((options.environment ?? "managed") === "managed") return { python: "python3", trusted: true };
  throw new SandboxError(
    "unavailable",
    "sandbox.image and sandbox.rootfs bring their own Python: leave them out, or leave env_manager at managed",
  );
}

function driverOf({ driver, runtime, image, rootfs, program }: SandboxOptions): DriverChoice {
  const choice = { driver, runtime, image, rootfs, program };
  return Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined));
}

class SandboxEngine implements Engine {
  readonly name = "sandbox";
  // What the caged code does with its rows is not known.
  readonly rowwise = false;
  readonly className: string;
  readonly methods: readonly string[];
  readonly #model: SandboxedModel;
  readonly #signature: Signature;

  constructor(model: SandboxedModel, signature: Signature) {
    this.#model = model;
    this.#signature = signature;
    this.className = model.className;
    this.methods = model.methods;
  }

  get cage(): CageInfo {
    return this.#model.cage;
  }

  get failures(): ReadonlyMap<string, number> {
    return this.#model.failures;
  }

  async predict(
    input: PredictInput,
    params: Params | undefined,
    method: string | undefined,
  ): Promise<Predictions> {
    if (method !== undefined && method !== "predict") return await this.#other(method, input, params);
    const output = await this.#model.predict(scoringInput(input), params);
    if (output.kind === "value") return toPredictions(fromWire(output.value));
    return predictionsOf(output.text);
  }

  async output(input: Input, params: Params | undefined, method: string | undefined): Promise<Output> {
    if (method !== undefined && method !== "predict")
      return await this.invoke(method, enforcedInput({ kind: "typed", input }, params, this.#signature));
    const output = await this.#model.predict({ kind: "value", value: toWire(input) }, params);
    if (output.kind === "value") return fromWire(output.value);
    throw new ModelkeepError("SANDBOX_FAILED", "the sandboxed model answered typed input with a text");
  }

  async invoke(method: string, input: Input): Promise<Output> {
    if (!this.methods.includes(method)) throw this.#noMethod(method);
    return fromWire(await this.#model.invoke(method, toWire(input)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]();
  }

  /** pyfunc knows `predict` only: for another method the signature is looked at here, and the model gets typed input. */
  async #other(method: string, input: PredictInput, params: Params | undefined): Promise<Predictions> {
    return toPredictions(await this.invoke(method, enforcedInput(input, params, this.#signature)));
  }

  #noMethod(method: string): ModelkeepError {
    return new ModelkeepError(
      "UNSUPPORTED_METHOD",
      `${this.className} has no ${method}: it has ${this.methods.join(", ")}`,
    );
  }
}

function scoringInput(input: PredictInput): ScoringInput {
  switch (input.kind) {
    case "document":
      return { kind: "document", text: stringifyPythonJson(input.document) };
    case "csv":
      return { kind: "csv", text: input.text };
    case "typed":
      break;
  }
  return { kind: "value", value: toWire(input.input) };
}

function predictionsOf(text: string): Predictions {
  const document = parsePythonJson(text);
  const predictions = isRecord(document) ? document["predictions"] : undefined;
  if (Array.isArray(predictions)) return predictions;
  if (predictions === null || ["string", "number", "boolean"].includes(typeof predictions)) {
    return predictions as Predictions;
  }
  // A dictionary of outputs, as mlflow.onnx answers arrays.
  if (isRecord(predictions)) return predictions;
  throw new ModelkeepError("SANDBOX_FAILED", "the sandboxed model answered no predictions");
}
