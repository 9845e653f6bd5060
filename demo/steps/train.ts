import type { Registered } from "../world.ts";
import { answerOf } from "../world.ts";
import { demand, type Step } from "../step.ts";

/** An unmodified client trains, logs in both forms, registers and sets an alias. */
export const train: Step = {
  title: "An unmodified MLflow client, given only the address and the key, trains and registers a pipeline",
  async run(world) {
    const ended = await world.client("train.py", [world.folder]);
    demand(ended.code === 0, "the client's script ends with 0", ended.stderr);
    const { skops, cloudpickle } = answerOf(ended) as Record<string, Registered>;
    demand(skops !== undefined && cloudpickle !== undefined, "both forms were registered", ended.stdout);
    world.registered = { skops, cloudpickle };
    return [
      `logged as skops, the newest MLflow's default: wine version ${skops.version}, alias champion`,
      `logged as cloudpickle, as older MLflow does: wine version ${cloudpickle.version}`,
    ];
  },
};
