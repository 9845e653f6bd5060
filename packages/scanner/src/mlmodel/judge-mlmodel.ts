import type { Fact, FactLocation, MlmodelFacts } from "@modelkeep/formats";
import type { Collector } from "../collector.ts";
import { findReach } from "../rules/find-reach.ts";
import { rule as codePaths } from "../rules/mk1401.ts";
import { rule as loaderModule } from "../rules/mk1402.ts";
import { rule as pathOutside } from "../rules/mk1403.ts";
import { rule as modelClass } from "../rules/mk1404.ts";
import { rule as unreviewedFlavor } from "../rules/mk1409.ts";
import { rule as malformed } from "../rules/mk1302.ts";
import {
  CODE_KEYS,
  DATA_LOADERS,
  ENVIRONMENT_KEYS,
  MODEL_CLASSES,
  PATH_KEYS,
  PREDICT_METHODS,
  REVIEWED_FLAVORS,
} from "./flavors.ts";
import { judgeOnnxFlavor } from "./onnx-flavor.ts";
import { pathFault } from "./paths.ts";

type Flavor = Readonly<Record<string, unknown>>;

/** Judges what a MLmodel says that loading the model will do. */
export function judgeMlmodel(fact: Extract<Fact, { kind: "mlmodel" }>, into: Collector): void {
  for (const [name, flavor] of Object.entries(fact.document.flavors)) {
    if (!REVIEWED_FLAVORS.has(name))
      into.add(unreviewedFlavor, `the flavor ${name} is not reviewed`, fact.at);
    judgePaths(name, namedPaths(flavor), fact.at, into);
    judgeCode(name, flavor, fact.at, into);
    judgeClass(name, flavor, fact.at, into);
    if (name === "onnx") judgeOnnxFlavor(flavor, fact.at, into);
  }
  judgePaths("saved_input_example_info", examplePaths(fact.document), fact.at, into);
  judgeLoader(fact.document, fact.at, into);
}

type NamedPaths = readonly (readonly [key: string, path: unknown])[];

function judgePaths(name: string, paths: NamedPaths, at: FactLocation, into: Collector): void {
  for (const [key, path] of paths) {
    if (path === null || path === undefined) continue;
    if (typeof path !== "string") {
      into.add(malformed, `${name}.${key} is no path`, at);
      continue;
    }
    const fault = pathFault(path);
    if (fault !== undefined)
      into.add(pathOutside, `${name}.${key} ${fault}`, at, { evidence: `${key}: ${path}` });
  }
}

/** Every path that a flavor names, with the key it stands under. */
export function namedPaths(flavor: Flavor): [key: string, path: unknown][] {
  const found: [string, unknown][] = PATH_KEYS.filter((key) => Object.hasOwn(flavor, key)).map((key) => [
    key,
    flavor[key],
  ]);
  const environment = flavor["env"];
  if (typeof environment === "string") found.push(["env", environment]);
  if (isRecord(environment)) {
    for (const key of ENVIRONMENT_KEYS) {
      if (Object.hasOwn(environment, key)) found.push([`env.${key}`, environment[key]]);
    }
  }
  const source = flavor["model_code_path"];
  // MLflow records where the source was when it was logged, and loads the file of that name in the model's folder.
  if (typeof source === "string") found.push(["model_code_path", source.split(/[/\\]/u).at(-1) ?? ""]);
  return [...found, ...artifactPaths(flavor["artifacts"])];
}

/** `mlflow.models.Model.load_input_example` opens these. */
function examplePaths({ document }: MlmodelFacts): NamedPaths {
  const example = document["saved_input_example_info"];
  if (!isRecord(example)) return [];
  return ["artifact_path", "serving_input_path"]
    .filter((key) => Object.hasOwn(example, key))
    .map((key) => [key, example[key]] as const);
}

/** `mlflow.pyfunc.log_model(artifacts=…)`: name → { path, uri }; only `path` is opened. */
function artifactPaths(artifacts: unknown): [string, unknown][] {
  if (!isRecord(artifacts)) return [];
  return Object.entries(artifacts).map(([name, entry]) => [
    `artifacts.${name}.path`,
    isRecord(entry) ? entry["path"] : entry,
  ]);
}

function judgeCode(name: string, flavor: Flavor, at: FactLocation, into: Collector): void {
  for (const key of CODE_KEYS) {
    const value = flavor[key];
    if (value === undefined || value === null || value === "") continue;
    into.add(codePaths, `${name}.${key} brings Python code along`, at, {
      evidence: `${key}: ${JSON.stringify(value)}`,
    });
  }
}

function judgeClass(name: string, flavor: Flavor, at: FactLocation, into: Collector): void {
  const named = flavor["model_class"];
  if (named === undefined || named === null) return;
  if (typeof named === "string" && MODEL_CLASSES.has(named)) return;
  const text = typeof named === "string" ? named : JSON.stringify(named);
  const dot = text.lastIndexOf(".");
  const reach = findReach(text.slice(0, Math.max(dot, 0)), text.slice(dot + 1));
  const evidence = { evidence: `model_class: ${text}` };
  if (reach === undefined) into.add(modelClass, `${name}.model_class is ${text}`, at, evidence);
  else into.add(reach, `${name}.model_class creates ${text}, which ${reach.does}`, at, evidence);
}

function judgeLoader(document: MlmodelFacts, at: FactLocation, into: Collector): void {
  const flavor = Object.hasOwn(document.flavors, "python_function")
    ? document.flavors["python_function"]
    : undefined;
  if (flavor === undefined) return;
  const module = flavor["loader_module"];
  if (typeof module !== "string") {
    into.add(malformed, "python_function.loader_module is missing or no text", at);
  } else if (!DATA_LOADERS.has(module)) {
    const message = `python_function.loader_module is ${module}`;
    into.add(loaderModule, message, at, { evidence: `loader_module: ${module}` });
  }
  for (const key of ["predict_fn", "predict_stream_fn"]) {
    const method = flavor[key];
    if (method === undefined || (typeof method === "string" && PREDICT_METHODS.has(method))) continue;
    into.add(loaderModule, `python_function.${key} is ${JSON.stringify(method)}`, at);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
