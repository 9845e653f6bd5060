import { classes } from "../contracts/build.ts";
import { instance } from "../contracts/instance.ts";
import type { AllowEntry } from "../entry.ts";

/** What MLflow itself puts beside a model's own class: two attributes, no initialiser, no `__setstate__`. */
export const ENTRIES: readonly AllowEntry[] = [
  ...classes("mlflow.models.signature", "_TypeHints", instance, "mlflow 2.20 to 3.17"),
];
