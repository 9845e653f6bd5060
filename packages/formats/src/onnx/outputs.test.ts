import { readFileSync } from "node:fs";
import { bufferSource } from "@modelkeep/bytes";
import { describe, expect, test } from "vitest";
import { readOutputs } from "./outputs.ts";

const folder = new URL("../../fixtures/onnx/", import.meta.url);
const read = (name: string) => readOutputs(bufferSource(readFileSync(new URL(name, folder)), name));

describe("what a model gives", () => {
  test("is named, with what its maps are made of", () => {
    const { outputs, maps } = read("logistic.onnx");
    expect(outputs).toEqual(["output_label", "output_probability"]);
    expect([...maps]).toEqual([["output_probability", { input: "probabilities", labels: [0n, 1n] }]]);
  });

  test("is a tensor where no map is made", () => {
    expect(read("if.onnx")).toEqual({ outputs: ["y"], maps: new Map() });
  });
});

test("labels may be one by one, negative, or texts", () => {
  const zipmap = (attribute: string): Buffer => {
    const node = Buffer.concat([
      Buffer.from("0a0170120171", "hex"),
      Buffer.from("22065a69704d6170", "hex"),
      Buffer.from(attribute, "hex"),
      Buffer.from("3a0a", "hex"),
      Buffer.from("ai.onnx.ml"),
    ]);
    const graph = Buffer.concat([Buffer.from([0x0a, node.length]), node]);
    return Buffer.concat([Buffer.from([0x3a, graph.length]), graph]);
  };
  const labelsOf = (attribute: string) => readOutputs(bufferSource(zipmap(attribute))).maps.get("q")?.labels;
  const field = (tag: string, content: string): string =>
    tag + (content.length / 2).toString(16).padStart(2, "0") + content;
  const named = (name: string): string => field("0a", Buffer.from(name).toString("hex"));
  const integers = named("classlabels_int64s");
  expect(labelsOf(field("2a", `${integers}40054003`))).toEqual([5n, 3n]);
  expect(labelsOf(field("2a", `${integers}420b05ffffffffffffffffff01`))).toEqual([5n, -1n]);
  expect(labelsOf(field("2a", `${named("classlabels_strings")}4a0162`))).toEqual(["b"]);
  expect(labelsOf(field("2a", named("other")))).toEqual([]);
});
