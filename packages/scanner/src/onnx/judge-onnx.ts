import type { Fact } from "@modelkeep/formats";
import { CONTRIB, MACHINE_LEARNING, STANDARD } from "../allowlist/onnx/operators.ts";
import type { Collector } from "../collector.ts";
import { pathFault } from "../mlmodel/paths.ts";
import { rule as customOperator } from "../rules/mk1104.ts";
import { rule as externalData } from "../rules/mk1105.ts";
import { rule as externalOutside } from "../rules/mk1106.ts";

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

/** Judges an ONNX model by the operators that it uses and where its tensors lie. */
export function judgeOnnx({ model, at }: OnnxFact, into: Collector): void {
  // Providers take nodes of the built-in domains by their names, whatever a function of that name says.
  const own = new Set(model.functions.filter(({ domain }) => !OPERATORS.has(domain)).map(keyOf));
  for (const operator of model.operators) {
    if (own.has(keyOf(operator)) || isKnown(operator)) continue;
    const name = `${operator.domain === "" ? "ai.onnx" : operator.domain}:${operator.name}`;
    into.add(
      customOperator,
      `the operator ${name} is in no list`,
      { ...at, offset: operator.offset },
      { evidence: name },
    );
  }
  for (const { location, offset } of model.external) judgeLocation(location, { ...at, offset }, into);
}

function isKnown({ domain, name, overload }: Operator): boolean {
  return overload === "" && (OPERATORS.get(domain)?.has(name) ?? false);
}

function judgeLocation(location: string | undefined, at: OnnxFact["at"], into: Collector): void {
  if (location === undefined) {
    into.add(externalData, "a tensor lies in another file and does not say in which", at);
    return;
  }
  const fault = location.startsWith(MEMORY_ADDRESS) ? "is an address in memory" : pathFault(location);
  const evidence = { evidence: location };
  if (fault === undefined) into.add(externalData, `a tensor lies in ${location}`, at, evidence);
  else into.add(externalOutside, `a tensor's location ${fault}: ${location}`, at, evidence);
}

function keyOf({ domain, name, overload }: Operator): string {
  return JSON.stringify([domain, name, overload]);
}

function namesOf(table: string): ReadonlySet<string> {
  return new Set(table.split(/\s+/u).filter((name) => name !== ""));
}
