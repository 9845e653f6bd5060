import type { Fact } from "@modelkeep/formats";
import {
  CONTRIB,
  IR_VERSION,
  MACHINE_LEARNING,
  OPSET_VERSIONS,
  STANDARD,
} from "../allowlist/onnx/operators.ts";
import type { Collector } from "../collector.ts";
import { pathFault } from "../mlmodel/paths.ts";
import type { ExternalData } from "./external.ts";
import { rule as customOperator } from "../rules/mk1104.ts";
import { rule as externalData } from "../rules/mk1105.ts";
import { rule as externalOutside } from "../rules/mk1106.ts";
import { rule as ambiguous } from "../rules/mk1303.ts";
import { rule as unsupported } from "../rules/mk1305.ts";

type OnnxFact = Extract<Fact, { kind: "onnx" }>;
type Operator = OnnxFact["model"]["operators"][number];

/** Operators that are arithmetic on tensors, by domain. */
const OPERATORS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["", namesOf(STANDARD)],
  ["ai.onnx.ml", namesOf(MACHINE_LEARNING)],
  ["com.microsoft", namesOf(CONTRIB)],
]);

/** onnxruntime takes a location that begins so for an address in its own memory. */
const MEMORY_ADDRESS = "*/_ORT_MEM_ADDR_/*";

/**
 * Judges an ONNX model by the operators that it uses and where its tensors lie.
 * @param external what the files beside it say; without, a tensor that lies in one is not explained
 */
export function judgeOnnx({ model, at }: OnnxFact, into: Collector, external?: ExternalData): void {
  judgeVersions(model, at, into);
  judgeFunctions(model, at, into);
  const own = new Set(model.functions.map(keyOf));
  for (const operator of model.operators) {
    if (own.has(keyOf(operator)) || isKnown(operator)) continue;
    const name = nameOf(operator);
    into.add(
      customOperator,
      `the operator ${name} is in no list`,
      { ...at, offset: operator.offset },
      { evidence: name },
    );
  }
  for (const { location, offset } of model.external)
    judgeLocation(location, { ...at, offset }, into, external);
}

/** What a version means that ONNX has not defined is what somebody's library takes it for. */
function judgeVersions({ irVersion, opsets }: OnnxFact["model"], at: OnnxFact["at"], into: Collector): void {
  if (irVersion < 1 || irVersion > IR_VERSION)
    into.add(unsupported, `ONNX has no format version ${irVersion} (the newest is ${IR_VERSION})`, at);
  for (const { domain, version, offset } of opsets) {
    const newest = OPSET_VERSIONS.get(domain);
    if (newest === undefined || (version >= 1 && version <= newest)) continue;
    const message = `there is no version ${version} of the operators of ${shown(domain)} (the newest is ${newest})`;
    into.add(unsupported, message, { ...at, offset });
  }
}

/** Some libraries take the operator for a node of a built-in name, others the model's function of that name. */
function judgeFunctions({ functions }: OnnxFact["model"], at: OnnxFact["at"], into: Collector): void {
  for (const defined of functions) {
    if (!OPERATORS.has(defined.domain)) continue;
    const message = `the model defines ${nameOf(defined)} itself, in a domain that is built in`;
    into.add(ambiguous, message, { ...at, offset: defined.offset }, { evidence: nameOf(defined) });
  }
}

function isKnown({ domain, name, overload }: Operator): boolean {
  return overload === "" && (OPERATORS.get(domain)?.has(name) ?? false);
}

function judgeLocation(
  location: string | undefined,
  at: OnnxFact["at"],
  into: Collector,
  external: ExternalData | undefined,
): void {
  if (location === undefined) {
    into.add(externalData, "a tensor lies in another file and does not say in which", at);
    return;
  }
  const evidence = { evidence: location };
  const outside = location.startsWith(MEMORY_ADDRESS) ? "is an address in memory" : pathFault(location);
  if (outside !== undefined) {
    into.add(externalOutside, `a tensor's location ${outside}: ${location}`, at, evidence);
    return;
  }
  if (external === undefined)
    into.add(
      externalData,
      `a tensor lies in ${location}, which is judged with its folder only`,
      at,
      evidence,
    );
  else {
    const fault = external.faults.get(location);
    if (fault !== undefined)
      into.add(externalData, `a tensor lies in ${location}, which ${fault}`, at, evidence);
  }
}

function nameOf({ domain, name }: Operator): string {
  return `${shown(domain)}:${name}`;
}

function shown(domain: string): string {
  return domain === "" ? "ai.onnx" : domain;
}

function keyOf({ domain, name, overload }: Operator): string {
  return JSON.stringify([domain, name, overload]);
}

function namesOf(table: string): ReadonlySet<string> {
  return new Set(table.split(/\s+/u).filter((name) => name !== ""));
}
