import { FormatError } from "../context.ts";
import { readNpy } from "../numpy/npy.ts";
import type { ArrayValue, Value } from "../value.ts";
import { list, type NodeFunction, type SkopsBuilder, str } from "./build.ts";
import { arrayField, field, malformed, type NodeState, objectField, textField } from "./state.ts";

/** Nodes of `skops/io/_numpy.py` (and `old/_numpy_v0.py`, `old/_numpy_v1.py`). */
export const NUMPY_NODES: readonly (readonly [string, NodeFunction])[] = [
  ["NdArrayNode", ndArray],
  ["MaskedArrayNode", maskedArray],
  ["DTypeNode", dtype],
  ["RandomStateNode", randomState],
  ["RandomGeneratorNode", randomGenerator],
];

function ndArray(state: NodeState, builder: SkopsBuilder): Value {
  const type = textField(state, "type");
  if (type === "json") return objectArray(state, builder);
  if (type !== "numpy") throw malformed(`an array of the unknown type ${JSON.stringify(type)}`, state.offset);
  const array = npyMember(textField(state, "file"), state, builder);
  if (builder.isOwnType(state, "numpy", "ndarray")) return array;
  return builder.call(builder.ownType(state), [array], state.offset);
}

/** The `.npy` member; skops loads it with `allow_pickle=False`. */
function npyMember(file: string, state: NodeState, builder: SkopsBuilder): ArrayValue {
  const content = builder.options.member(file, state.offset);
  const array = readNpy(content.source, content.ctx);
  if (array.data === undefined) {
    throw new FormatError("unsupported", `skops schema: ${file} holds pickled objects`, state.offset);
  }
  return array;
}

function objectArray(state: NodeState, builder: SkopsBuilder): Value {
  const items = arrayField(state, "content").map((item) => builder.build(item, state.offset));
  const shape = shapeOf(builder.build(field(state, "shape"), state.offset), state);
  const flat = flatten(list(items, state.offset), shape, 0, state);
  return {
    kind: "array",
    dtype: "|O",
    shape,
    fortran: false,
    objects: list(flat, state.offset),
    offset: state.offset,
  };
}

function shapeOf(value: Value, state: NodeState): number[] {
  if (value.kind !== "tuple" || value.items.length === 0 || value.items.length > 64) {
    throw malformed("an array without a shape", state.offset);
  }
  return value.items.map((item) => {
    if (item.kind === "int" && typeof item.value === "number" && item.value >= 0) return item.value;
    throw malformed("an array with an impossible shape", state.offset);
  });
}

/** Nested lists, as `tolist` gives them, to the elements in C order; they must fit the shape exactly. */
function flatten(value: Value, shape: readonly number[], axis: number, state: NodeState): Value[] {
  if (axis === shape.length) return [value];
  if (value.kind !== "list" || value.items.length !== shape[axis]) {
    throw malformed("an object array does not fit its shape", state.offset);
  }
  return value.items.flatMap((item) => flatten(item, shape, axis + 1, state));
}

function maskedArray(state: NodeState, builder: SkopsBuilder): Value {
  const content = { fields: objectField(state, "content"), offset: state.offset };
  const data = builder.build(field(content, "data"), state.offset);
  const mask = builder.build(field(content, "mask"), state.offset);
  return builder.call(builder.global("numpy.ma", "MaskedArray", state.offset), [data, mask], state.offset);
}

/** A dtype is kept as an empty array of that dtype. */
function dtype(state: NodeState, builder: SkopsBuilder): Value {
  const array = builder.build(field(state, "content"), state.offset);
  if (array.kind !== "array") throw malformed("a dtype without its array", state.offset);
  const type = builder.global("numpy", "dtype", state.offset);
  return builder.call(type, [str(array.dtype, state.offset)], state.offset);
}

function randomState(state: NodeState, builder: SkopsBuilder): Value {
  const content = builder.build(field(state, "content"), state.offset);
  return builder.call(builder.ownType(state), [], state.offset, { states: [content] });
}

/** First protocol that keeps the seed sequence. */
const PROTOCOL_WITH_SEED = 2;

function randomGenerator(state: NodeState, builder: SkopsBuilder): Value {
  if (builder.options.protocol === 0) {
    throw new FormatError("unsupported", "skops schema: a random generator of protocol 0", state.offset);
  }
  const content = { fields: objectField(state, "content"), offset: state.offset };
  const bits = builder.build(field(content, "bit_generator"), state.offset);
  const seeded = builder.options.protocol >= PROTOCOL_WITH_SEED || content.fields.has("seed_seq");
  const seeds = seeded
    ? [seedSequence(builder.build(field(content, "seed_seq"), state.offset), state, builder)]
    : [];
  // The name of the class is data in the file, and skops calls it.
  const name = bitGeneratorName(bits, state);
  const type = builder.global("numpy.random", name, state.offset);
  const generator = builder.call(type, seeds, state.offset, { states: [bits] });
  return builder.call(builder.ownType(state), [generator], state.offset);
}

function seedSequence(seeds: Value, state: NodeState, builder: SkopsBuilder): Value {
  if (seeds.kind !== "dict") throw malformed("a seed sequence that is no dict", state.offset);
  const type = builder.global("numpy.random.bit_generator", "SeedSequence", state.offset);
  return builder.call(type, [], state.offset, { kwargs: seeds });
}

function bitGeneratorName(bits: Value, state: NodeState): string {
  const entries = bits.kind === "dict" ? bits.entries : [];
  // The last entry of a name counts, as in Python.
  const entry = entries.findLast(([key]) => key.kind === "str" && key.value === "bit_generator");
  if (entry?.[1].kind !== "str") throw malformed("a random generator without a name", state.offset);
  return entry[1].value;
}
