import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import type { FormatReader } from "../reader.ts";
import { whole } from "../problem.ts";
import type { OnnxFacts, OnnxOperator } from "./facts.ts";
import { type Met, walkOnnx } from "./walk.ts";

const IR_VERSION_TAG = 0x08;
/** Tags of the fields of `ModelProto` that may follow `ir_version`; the last two have a second byte. */
const NEXT_TAGS = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xa2, 0xca, 0xd2]);
const MAX_NODES = 1_000_000;
/** External files differ by name only; a hostile model may name millions. */
const MAX_EXTERNAL = 100_000;
const EXTERNAL = 1;
/** Options of onnxruntime's session that a model may carry (`ORT_LOAD_CONFIG_FROM_MODEL`): they write files. */
const SESSION_CONFIG = "ort_config";

/**
 * ONNX: one `ModelProto` of protobuf (onnx/onnx.proto). There is no magic: every writer begins with `ir_version`, so
 * that is asked for, and the file must be such a message to its last byte.
 */
export const onnxReader: FormatReader = {
  format: "onnx",
  matches: ({ head }) => {
    const [tag, version = 0, next = 0] = head;
    return tag === IR_VERSION_TAG && version > 0 && version < 0x80 && NEXT_TAGS.has(next);
  },
  read: readOnnx,
};

function readOnnx(source: ByteSource, ctx: ReadContext): Analysis {
  const found = new Findings();
  walkOnnx(source, ctx, (met) => found.visit(met));
  const model = found.facts();
  return whole("onnx", "onnx-model", source.size, [
    { kind: "onnx", model, at: { part: ctx.part, offset: 0 } },
  ]);
}

class Findings {
  readonly #domains = new Set<string>();
  readonly #operators = new Map<string, OnnxOperator>();
  readonly #functions = new Map<string, OnnxOperator>();
  readonly #external: OnnxFacts["external"][number][] = [];
  #nodes = 0;
  #irVersion = 0;

  visit(met: Met): void {
    if (met.message === "NodeProto") this.#node(met);
    else if (met.message === "FunctionProto") this.#function(met);
    else if (met.message === "TensorProto") this.#tensor(met);
    else if (met.message === "OperatorSetIdProto") this.#domains.add(domainOf(met));
    else if (met.message === "ModelProto") this.#model(met);
  }

  facts(): OnnxFacts {
    return {
      irVersion: this.#irVersion,
      opsetDomains: [...this.#domains],
      operators: [...this.#operators.values()],
      functions: [...this.#functions.values()],
      external: this.#external,
    };
  }

  #node(met: Met): void {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES)
      throw new FormatError("budget", `an ONNX model of more than ${MAX_NODES} nodes`, met.offset);
    const operator = operatorOf(met, "op_type");
    const key = keyOf(operator);
    if (!this.#operators.has(key)) this.#operators.set(key, operator);
  }

  #function(met: Met): void {
    const defined = operatorOf(met, "name");
    const key = keyOf(defined);
    if (this.#functions.has(key))
      throw new FormatError("ambiguous", `the function ${defined.name} is defined twice`, met.offset);
    this.#functions.set(key, defined);
  }

  /** Either mark counts: libraries differ in which one they look at. */
  #tensor(met: Met): void {
    const marked = met.numbers.get("data_location")?.low === EXTERNAL;
    if (!marked && met.pairs.every(({ field }) => field !== "external_data")) return;
    const locations = met.pairs.filter(({ field, key }) => field === "external_data" && key === "location");
    if (locations.length > 1)
      throw new FormatError("ambiguous", "a tensor's data lies in two places", met.offset);
    if (this.#external.length >= MAX_EXTERNAL)
      throw new FormatError("budget", `more than ${MAX_EXTERNAL} external tensors`, met.offset);
    this.#external.push({ location: locations[0]?.value, offset: met.offset });
  }

  #model(met: Met): void {
    for (const field of ["graph", "opset_import"])
      if (!met.fields.has(field)) throw new FormatError("malformed", `an ONNX model without ${field}`, 0);
    const config = met.pairs.find(({ key }) => key === SESSION_CONFIG);
    if (config !== undefined)
      throw new FormatError("unsupported", "an ONNX model with session options of its own", config.offset);
    this.#irVersion = met.numbers.get("ir_version")?.low ?? 0;
  }
}

function operatorOf(met: Met, name: "op_type" | "name"): OnnxOperator {
  return {
    domain: domainOf(met),
    name: met.texts.get(name) ?? "",
    overload: met.texts.get("overload") ?? "",
    offset: met.offset,
  };
}

/** `ai.onnx` is another name of the empty domain. */
function domainOf(met: Met): string {
  const domain = met.texts.get("domain") ?? "";
  return domain === "ai.onnx" ? "" : domain;
}

function keyOf({ domain, name, overload }: OnnxOperator): string {
  return JSON.stringify([domain, name, overload]);
}
