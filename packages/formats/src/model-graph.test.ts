import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { bufferSource } from "@modelkeep/bytes";
import { describe, expect, test } from "vitest";
import { type ModelGraph, readModelGraph } from "./model-graph.ts";

const raw = (text: string): Buffer => Buffer.from(text, "latin1");
const read = (bytes: Uint8Array): ModelGraph | undefined => readModelGraph(bufferSource(bytes, "model"));
const skops = readFileSync(new URL("../fixtures/skops/model-0.16.0.skops", import.meta.url));

describe("the object of a file", () => {
  test.each<[string, Buffer, string, string]>([
    ["a pickle", raw("\x80\x02]K\x05a."), "pickle", "list"],
    ["a pickle of protocol 0", raw("(lp0\nI5\na."), "pickle", "list"],
    ["a compressed pickle", gzipSync(raw("\x80\x02]K\x05a.")), "pickle", "list"],
    ["a skops file", skops, "skops", "dict"],
  ])("%s", (_name, bytes, syntax, kind) => {
    expect(read(bytes)).toMatchObject({ syntax, root: { kind } });
  });

  test.each<[string, Buffer]>([
    ["bytes behind the pickle", raw("\x80\x02K\x05.\xff\xff")],
    ["a pickle that is cut off", raw("\x80\x02K\x05")],
    ["text", raw("hello")],
    ["an unknown format", raw("\x89HDF\r\n\x1a\n\0")],
    ["nothing", raw("")],
    ["a skops file with a byte behind it", Buffer.concat([skops, raw("x")])],
  ])("is not given for %s", (_name, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });

  test("limits are kept", () => {
    expect(readModelGraph(bufferSource(skops), { maxSteps: 10 })).toBeUndefined();
  });
});
