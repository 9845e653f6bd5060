import type { ByteSource } from "@modelkeep/bytes";
import type { Analysis } from "../analysis.ts";
import { FormatError, type ReadContext } from "../context.ts";
import type { FormatReader } from "../reader.ts";
import { whole } from "../problem.ts";
import type { ExternalTensor, OnnxFacts, OnnxOperator, OnnxOpset } from "./facts.ts";
import { type Calls, Functions } from "./functions.ts";
import { readTensor } from "./tensor.ts";
import { type Met, walkOnnx } from "./walk.ts";

const IR_VERSION_TAG = 0x08;
/** Tags of the fields of `ModelProto` that may follow `ir_version`; the last two have a second byte. */
const NEXT_TAGS = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xa2, 0xca, 0xd2]);
const MAX_NODES = 1_000_000;
/** External files differ by name only; a hostile model may name millions. */
const MAX_EXTERNAL = 100_000;
/** The model's own and its functions'. */
const MAX_OPSETS = 100_000;
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
  readonly #opsets: OnnxOpset[] = [];
  readonly #operators = new Map<string, OnnxOperator>();
  readonly #functions: OnnxOperator[] = [];
  readonly #bodies = new Functions();
  readonly #external: ExternalTensor[] = [];
  readonly #imported = new Map<string, number>();
  /** Operators of the function or graph that is being read, and of the model's graph. */
  #calls = new Map<string, number>();
  #graph: Calls = new Map();
  #nodes = 0;
  #irVersion = 0;

  visit(met: Met): void {
    if (met.message === "NodeProto") this.#node(met);
    else if (met.message === "FunctionProto") this.#function(met);
    else if (met.message === "TensorProto") this.#tensor(met);
    else if (met.message === "SparseTensorProto") refuseSparse(met);
    else if (met.message === "OperatorSetIdProto") this.#opset(met);
    else if (met.message === "GraphProto" && met.parent === "ModelProto") this.#graph = this.#taken();
    else if (met.message === "TrainingInfoProto") this.#taken();
    else if (met.message === "ModelProto") this.#model(met);
  }

  facts(): OnnxFacts {
    return {
      irVersion: this.#irVersion,
      opsets: this.#opsets,
      operators: [...this.#operators.values()],
      functions: this.#functions,
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
    this.#calls.set(key, (this.#calls.get(key) ?? 0) + 1);
  }

  #taken(): Calls {
    const calls = this.#calls;
    this.#calls = new Map();
    return calls;
  }

  #function(met: Met): void {
    const defined = operatorOf(met, "name");
    this.#bodies.define(keyOf(defined), defined.name, this.#taken(), met.offset);
    this.#functions.push(defined);
  }

  #tensor(met: Met): void {
    const external = readTensor(met);
    if (external === undefined) return;
    if (this.#external.length >= MAX_EXTERNAL)
      throw new FormatError("budget", `more than ${MAX_EXTERNAL} external tensors`, met.offset);
    this.#external.push(external);
  }

  #opset(met: Met): void {
    const domain = domainOf(met);
    const { low = 0, high = 0 } = met.numbers.get("version") ?? {};
    if (this.#opsets.length >= MAX_OPSETS)
      throw new FormatError("budget", `more than ${MAX_OPSETS} operator sets`, met.offset);
    const version = high * 2 ** 32 + low;
    this.#opsets.push({ domain, version, offset: met.offset });
    if (met.parent !== "ModelProto") return;
    // skl2onnx names one twice now and then, in the same version.
    if ((this.#imported.get(domain) ?? version) !== version)
      throw new FormatError("ambiguous", "a model imports two versions of an operator set", met.offset);
    this.#imported.set(domain, version);
  }

  #model(met: Met): void {
    for (const field of ["graph", "opset_import"])
      if (!met.fields.has(field)) throw new FormatError("malformed", `an ONNX model without ${field}`, 0);
    const config = met.pairs.find(({ key }) => key === SESSION_CONFIG);
    if (config !== undefined)
      throw new FormatError("unsupported", "an ONNX model with session options of its own", config.offset);
    this.#irVersion = met.numbers.get("ir_version")?.low ?? 0;
    this.#bodies.requireFinite(this.#graph);
  }
}

/** They grow to any size when they are read, and no exporter that MLflow knows writes them. */
function refuseSparse(met: Met): never {
  throw new FormatError("unsupported", "a sparse tensor", met.offset);
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
