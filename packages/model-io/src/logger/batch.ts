import type { Batch, Metric } from "@modelkeep/mlflow";

/** MLflow's limits of one log-batch. */
const MAX_PARAMS = 100;
const MAX_TAGS = 100;
const MAX_METRICS = 1_000;
const MAX_ENTITIES = 1_000;

/** Splits what is to be logged into batches that MLflow takes. */
export function* batches(all: Batch): Generator<Batch> {
  const params = [...all.params];
  const tags = [...all.tags];
  const metrics: Metric[] = [...all.metrics];
  while (params.length + tags.length + metrics.length > 0) {
    const someParams = params.splice(0, MAX_PARAMS);
    const someTags = tags.splice(0, MAX_TAGS);
    const room = Math.min(MAX_METRICS, MAX_ENTITIES - someParams.length - someTags.length);
    yield { params: new Map(someParams), tags: new Map(someTags), metrics: metrics.splice(0, room) };
  }
}
