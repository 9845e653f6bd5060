import type { Input, Output } from "@modelkeep/estimators/data";
import { ModelkeepError } from "@modelkeep/findings";
import { invalidInput } from "../../errors.ts";
import type { Mlmodel } from "../../mlmodel.ts";
import type { Predictions } from "../../output/predictions.ts";
import type { Quarantined } from "../../quarantine.ts";
import { enforceParams } from "../../schema/params.ts";
import type { Engine, Params, PredictInput } from "../engine.ts";
import { parseRequest } from "../request.ts";
import type { OrtApi, OrtOptions, OrtSession } from "./api.ts";
import { type Answered, frameOf, outputOf, predictionsOf, tensorOf } from "./answer.ts";
import { feedsOf, type InputSpec, type Numbers } from "./feed.ts";
import { type OnnxFile, readOnnxFile } from "./file.ts";
import { enforceGiven, type Given, givenOf } from "./given.ts";
import { loadRuntime, type Runtime } from "./runtime.ts";
import { elementType } from "./types.ts";
import { withOutputs } from "./with-outputs.ts";
import { WorkerSession } from "./worker-session.ts";

/**
 * Opens a model of the flavor onnx in onnxruntime, from the very bytes that were hashed and that our own reader
 * explained. No Python is started, and no file is named to onnxruntime.
 * @throws {ModelkeepError} `UNSUPPORTED_MODEL` when no onnxruntime is installed, or it does not take the model
 */
export async function openOnnx(model: Quarantined, mlmodel: Mlmodel): Promise<Engine> {
  const file = readOnnxFile(model, dataPath(mlmodel));
  const runtime = await loadRuntime();
  const session = await openSession(runtime, file);
  try {
    return new OnnxEngine(session, file, mlmodel);
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** pyfunc opens one, MLflow's own loader the other. */
function dataPath({ flavors }: Mlmodel): string {
  const path = flavors.get("onnx")?.["data"];
  const pyfunc = flavors.get("python_function")?.["data"] ?? path;
  if (typeof path === "string" && path === pyfunc) return path;
  throw new ModelkeepError(
    "UNSUPPORTED_MODEL",
    "MLmodel does not say in one way which file the ONNX model is",
  );
}

async function openSession({ name, ort }: Runtime, file: OnnxFile): Promise<OrtSession> {
  const more = [...file.maps.values()].map(({ input }) => input).filter((one) => !file.outputs.includes(one));
  const model = withOutputs(file.bytes, [...new Set(more)]);
  const options: OrtOptions = {
    executionProviders: [name === "onnxruntime-web" ? "wasm" : "cpu"],
    // Several requests are evaluated one after the other, each in one thread; nothing is kept for the next.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 4,
    externalData: file.external,
  };
  try {
    if (name === "onnxruntime-web") return await WorkerSession.open({ runtime: name, model, options });
    return localSession(ort, await ort.InferenceSession.create(model, options));
  } catch (error) {
    if (error instanceof ModelkeepError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelkeepError("UNSUPPORTED_MODEL", `${name} does not take the model: ${reason}`, {
      cause: error,
    });
  }
}

/** Machine code runs in threads of its own already, and none that a worker thread's end would stop. */
function localSession(ort: OrtApi, session: OrtSession): OrtSession {
  return {
    inputMetadata: session.inputMetadata,
    outputMetadata: session.outputMetadata,
    release: async () => {
      await session.release();
    },
    run: async (feeds, fetches) => {
      const tensors = Object.entries(feeds).map(([name, { type, data, dims }]) => [
        name,
        new ort.Tensor(type, data, dims),
      ]);
      return await session.run(Object.fromEntries(tensors), fetches);
    },
  };
}

class OnnxEngine implements Engine {
  readonly name = "native";
  // Each output decides for itself how rows depend on each other.
  readonly rowwise = false;
  readonly className = "mlflow.onnx._OnnxModelWrapper";
  readonly methods = ["predict"];
  readonly #session: OrtSession;
  readonly #file: OnnxFile;
  readonly #mlmodel: Mlmodel;
  readonly #inputs: readonly InputSpec[];
  /** One run at a time: each has the memory and the thread to itself. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: OrtSession, file: OnnxFile, mlmodel: Mlmodel) {
    this.#session = session;
    this.#file = file;
    this.#mlmodel = mlmodel;
    this.#inputs = session.inputMetadata.map((meta) => ({
      name: meta.name,
      type: elementType(`input ${meta.name}`, meta),
    }));
    for (const meta of session.outputMetadata) {
      if (!file.maps.has(meta.name)) elementType(`output ${meta.name}`, meta);
    }
  }

  async predict(
    input: PredictInput,
    params: Params | undefined,
    method: string | undefined,
  ): Promise<Predictions> {
    const given = this.#enforced(input, params, method);
    const isUntyped = input.kind !== "typed" && this.#mlmodel.signature.inputs === undefined;
    const answered = await this.#run(given, isUntyped ? "untyped" : "typed");
    return predictionsOf(answered, given.kind === "frame");
  }

  async output(input: Input, params: Params | undefined, method: string | undefined): Promise<Output> {
    return await this.#output(this.#enforced({ kind: "typed", input }, params, method));
  }

  async invoke(method: string, input: Input): Promise<Output> {
    this.#requirePredict(method);
    return await this.#output(givenOf(input));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#session.release();
  }

  #enforced(input: PredictInput, params: Params | undefined, method: string | undefined): Given {
    const { signature, predictFn } = this.#mlmodel;
    this.#requirePredict(method ?? predictFn);
    const request = parseRequest(input, signature);
    // The wrapper takes parameters and does not look at them.
    enforceParams(params ?? request.params, signature.params);
    return enforceGiven(request.input, signature.inputs);
  }

  async #output(given: Given): Promise<Output> {
    const answered = await this.#run(given, "typed");
    return given.kind === "frame" ? frameOf(answered) : outputOf(answered);
  }

  async #run(given: Given, numbers: Numbers): Promise<readonly Answered[]> {
    const feeds = feedsOf(given, this.#inputs, numbers);
    const { outputs, maps } = this.#file;
    const fetches = outputs.map((name) => maps.get(name)?.input ?? name);
    const run = this.#last.then(async () => await this.#session.run(feeds, [...new Set(fetches)]));
    this.#last = run.catch(() => undefined);
    const found = await run.catch((error: unknown) => {
      if (error instanceof ModelkeepError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw invalidInput(`the ONNX model does not take this input: ${reason}`);
    });
    return outputs.map((name) => {
      const map = maps.get(name);
      const tensor = found[map?.input ?? name];
      if (tensor === undefined)
        throw new ModelkeepError("UNSUPPORTED_MODEL", `the output ${name} is missing`);
      return { name, tensor: tensorOf(name, tensor), map };
    });
  }

  #requirePredict(method: string): void {
    if (method === "predict") return;
    throw new ModelkeepError("UNSUPPORTED_METHOD", `an ONNX model has no ${method}: it has predict`);
  }
}
