import { ModelkeepError } from "@modelkeep/findings";
import type { LoadOptions, SecureMLflowLoader, SecureModel } from "@modelkeep/model-io";
import { toModelkeepError } from "@modelkeep/model-io/errors";
import type { Frame } from "@modelkeep/sandbox/wire/frames";
import { Payload } from "@modelkeep/sandbox/wire/values";
import type { Policy } from "@modelkeep/scanner/policy";
import { version } from "../version.ts";
import { factsOf } from "./facts.ts";
import { judgeBytes } from "./judge.ts";
import { Request, wrong } from "./request.ts";
import { decodeInput, encodeOutput } from "./values.ts";

/** Raised when what a request or an answer means changes: both sides compare it. */
export const PROTOCOL = 1;

const ENGINES: readonly NonNullable<LoadOptions["engine"]>[] = ["auto", "native", "sandbox", "none"];

export interface Answer {
  readonly message: unknown;
  readonly payload: readonly Uint8Array[];
}

interface Exchange {
  readonly request: Request;
  readonly given: Buffer;
  readonly payload: Payload;
}

/** Answers the requests of one program, and holds the models that it loaded. */
export class Session implements AsyncDisposable {
  readonly #loader: Pick<SecureMLflowLoader, "safeLoadModel">;
  readonly #policy: Policy;
  readonly #tracking: boolean;
  readonly #models = new Map<number, SecureModel>();
  #loaded = 0;

  /**
   * @param policy what bytes are judged by that come without a model
   * @param tracking whether there is a tracking server that can be asked by HTTP
   */
  constructor(loader: Pick<SecureMLflowLoader, "safeLoadModel">, policy: Policy, tracking: boolean) {
    this.#loader = loader;
    this.#policy = policy;
    this.#tracking = tracking;
  }

  /** Answers one request. It never throws: what goes wrong is the answer. */
  async answer({ message, payload: given }: Frame): Promise<Answer> {
    const payload = new Payload();
    let id: unknown;
    try {
      const request = new Request(message);
      id = request.id;
      const op = request.text("op");
      const handler = this.#handlers.get(op);
      if (handler === undefined) throw wrong(`there is no operation ${JSON.stringify(op.slice(0, 40))}`);
      const ok = await handler({ request, given, payload });
      return { message: { id, ok }, payload: payload.parts };
    } catch (error) {
      return { message: { id, error: described(toModelkeepError(error)) }, payload: [] };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const models = [...this.#models.values()];
    this.#models.clear();
    for (const model of models) await model[Symbol.asyncDispose]();
  }

  readonly #handlers: ReadonlyMap<string, (exchange: Exchange) => object | Promise<object>> = new Map<
    string,
    (exchange: Exchange) => object | Promise<object>
  >([
    ["hello", () => ({ modelkeep: version(), protocol: PROTOCOL, tracking: this.#tracking })],
    ["judge", ({ request, given }) => judgeBytes(given, request.text("name"), this.#policy)],
    ["load", async (exchange) => await this.#load(exchange)],
    ["read", (exchange) => this.#read(exchange)],
    ["predict", async (exchange) => await this.#predict(exchange)],
    ["invoke", async (exchange) => await this.#invoke(exchange)],
    ["release", async (exchange) => await this.#release(exchange)],
  ]);

  async #load({ request, payload }: Exchange): Promise<object> {
    const named = request.optionalText("engine");
    const engine = ENGINES.find((one) => one === named);
    if (named !== undefined && engine === undefined)
      throw wrong(`there is no engine ${JSON.stringify(named.slice(0, 40))}: choose ${ENGINES.join(", ")}`);
    const as = standsFor(request);
    const model = await this.#loader.safeLoadModel(request.text("uri"), {
      ...(engine === undefined ? {} : { engine }),
      ...(as === undefined ? {} : { as }),
    });
    const number = ++this.#loaded;
    this.#models.set(number, model);
    return { model: number, ...factsOf(model, payload) };
  }

  /** One file of a model, with the verdict over exactly these bytes. */
  #read({ request, payload }: Exchange): object {
    const path = request.text("path");
    const bytes = this.#model(request).readFile(path);
    const judged = judgeBytes(bytes, path, this.#policy);
    return { ...judged, ...payload.add(bytes) };
  }

  async #predict({ request, given, payload }: Exchange): Promise<object> {
    const params = request.record("params");
    const input = decodeInput(request.get("value"), given);
    const output = await this.#model(request).predictTyped(input, params === undefined ? {} : { params });
    return { value: encodeOutput(output, payload) };
  }

  async #invoke({ request, given, payload }: Exchange): Promise<object> {
    const input = decodeInput(request.get("value"), given);
    const output = await this.#model(request).invoke(request.text("method"), input);
    return { value: encodeOutput(output, payload) };
  }

  async #release({ request }: Exchange): Promise<object> {
    const model = this.#model(request);
    this.#models.delete(Number(request.get("model")));
    await model[Symbol.asyncDispose]();
    return {};
  }

  #model(request: Request): SecureModel {
    const number = request.get("model");
    const model = typeof number === "number" ? this.#models.get(number) : undefined;
    if (model !== undefined) return model;
    throw wrong("the request names no model that is loaded");
  }
}

/** @throws {ModelkeepError} `INVALID_ARGUMENT` */
function standsFor(request: Request): LoadOptions["as"] {
  const given = request.record("as");
  if (given === undefined) return undefined;
  const as = new Request(given);
  const name = as.optionalText("name");
  const number = as.optionalText("version");
  return {
    uri: as.text("uri"),
    source: as.text("source"),
    server: as.text("server"),
    ...(name === undefined ? {} : { name }),
    ...(number === undefined ? {} : { version: number }),
  };
}

function described(error: unknown): { code: string; message: string } {
  if (error instanceof ModelkeepError) return { code: error.code, message: error.message };
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}
