// Tags of onnx.proto: `ModelProto.graph`, `GraphProto.output`, `ValueInfoProto.name`.
const GRAPH = 0x3a;
const OUTPUT = 0x62;
const NAME = 0x0a;

/**
 * A model that also gives some inner tensors: onnxruntime's JavaScript gives no maps, so what they are made of is asked
 * for instead. The model's bytes stay as they are; a graph that names the tensors stands behind them, and protobuf
 * merges the two (protobuf.dev/programming-guides/encoding, "Last One Wins").
 */
export function withOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  if (names.length === 0) return model;
  const outputs = names.map((name) => field(OUTPUT, field(NAME, Buffer.from(name))));
  return Uint8Array.from(Buffer.concat([model, field(GRAPH, ...outputs)]));
}

function field(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length: number[] = [];
  let rest = body.byteLength;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), body]);
}
