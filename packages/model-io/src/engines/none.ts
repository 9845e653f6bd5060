import { ModelkeepError } from "@modelkeep/findings";
import type { Engine } from "./engine.ts";

/** The engine of a model whose files are all that was asked for: it evaluates nothing. */
export const NO_ENGINE: Engine = {
  name: "none",
  className: "",
  methods: [],
  rowwise: false,
  predict: refuse,
  output: refuse,
  invoke: refuse,
  async [Symbol.asyncDispose]() {},
};

async function refuse(): Promise<never> {
  throw new ModelkeepError(
    "UNSUPPORTED_METHOD",
    "the model was loaded without an engine: load it with the engine auto, native or sandbox to predict",
  );
}
