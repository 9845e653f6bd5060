import type { Input, Output } from "@modelkeep/estimators/data";
import type { Params, PredictInput } from "../engines/engine.ts";
import { translated } from "../errors.ts";
import type { SecureModel } from "../model.ts";
import { predictionsJson } from "../output/json.ts";
import { stringifyPythonJson } from "../output/python-json.ts";
import { Batcher } from "./batch.ts";

/** One version of a model while it answers requests. It is freed once it was retired and nobody uses it any more. */
export class ServedModel {
  readonly model: SecureModel;
  /** What every answer of it carries: name, version and digest. */
  readonly headers: readonly string[];
  /** Check and evaluation, where the engine lets them be taken apart. */
  readonly #answer: ((input: PredictInput, params?: Params, method?: string) => Promise<Output>) | undefined;
  #users = 0;
  #retired = false;
  readonly #freed = Promise.withResolvers<void>();

  /** @param observe told of each evaluation: how many requests it answered; undefined where none are put together */
  constructor(model: SecureModel, name: string, observe: ((requests: number) => void) | undefined) {
    this.model = model;
    this.headers = [
      "x-modelkeep-model",
      name,
      ...(model.version === undefined ? [] : ["x-modelkeep-version", model.version]),
      "x-modelkeep-digest",
      `sha256:${model.digest}`,
    ];
    const { steps } = model;
    if (steps === undefined) return;
    const batcher = model.rowwise && observe !== undefined ? new Batcher(steps, observe) : undefined;
    this.#answer = async (input, params, method) =>
      await translated(async () => {
        const prepared = steps.prepare(input, params, method);
        return batcher === undefined ? steps.evaluate(prepared) : await batcher.evaluate(prepared);
      });
  }

  /** Takes part in the model until `leave`. */
  enter(): this {
    this.#users++;
    return this;
  }

  leave(): void {
    this.#users--;
    this.#freeWhenUnused();
  }

  /** No new request will come; those under way are answered. @returns settles when engine and folder are gone */
  async retire(): Promise<void> {
    this.#retired = true;
    this.#freeWhenUnused();
    await this.#freed.promise;
  }

  /** The scoring protocol's answer as text. @throws {ModelkeepError} */
  async predictJson(input: PredictInput): Promise<string> {
    if (this.#answer !== undefined) return predictionsJson(await this.#answer(input));
    if (input.kind === "csv") return stringifyPythonJson(await this.model.predictCsv(input.text));
    const given = input.kind === "typed" ? input.input : input.document;
    return stringifyPythonJson(await this.model.predict(given));
  }

  /** Typed input through the signature. @throws {ModelkeepError} */
  async output(input: Input, params: Params | undefined, method: string | undefined): Promise<Output> {
    if (this.#answer !== undefined) return await this.#answer({ kind: "typed", input }, params, method);
    return await this.model.predictTyped(input, {
      ...(params === undefined ? {} : { params }),
      ...(method === undefined ? {} : { method }),
    });
  }

  #freeWhenUnused(): void {
    if (this.#retired && this.#users === 0) this.#freed.resolve(this.model[Symbol.asyncDispose]());
  }
}
