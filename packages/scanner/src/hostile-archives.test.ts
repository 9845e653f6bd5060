import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { npyOf, zipOf } from "../testing/archives.ts";
import * as pickles from "../testing/pickles.ts";
import { scanBytes } from "./scan/scan-file.ts";

const PAYLOAD = pickles.byStackGlobal("os", "system");
const HARMLESS = Uint8Array.from([0x80, 4, 0x4e, 0x2e]);

describe("a payload inside", () => {
  test.each([
    ["a zip", zipOf("model.pkl", PAYLOAD)],
    ["a zip, under another name", zipOf("README.txt", PAYLOAD)],
    ["a torch checkpoint", zipOf("archive/data.pkl", PAYLOAD)],
    ["a zip in a zip", zipOf("inner.zip", zipOf("model.pkl", PAYLOAD))],
    ["a gzip in a zip", zipOf("model.pkl.gz", gzipSync(PAYLOAD))],
    ["an array of objects", npyOf(PAYLOAD)],
    ["an npz", zipOf("arr_0.npy", npyOf(PAYLOAD))],
    ["zstd around a zip", zstdCompressSync(zipOf("model.pkl", PAYLOAD))],
  ])("%s is found", (_, bytes) => {
    const report = scanBytes(bytes);
    expect(report).toMatchObject({ verdict: "malicious", admitted: false });
    expect(report.findings.some((finding) => finding.ruleId === "MK1001")).toBe(true);
  });

  test("a zip is named by its member and offset", () => {
    const finding = scanBytes(zipOf("model.pkl", PAYLOAD)).findings.find((one) => one.ruleId === "MK1001");
    expect(finding?.location.part).toBe("model.pkl");
    expect(finding?.location.offset).toBeLessThan(PAYLOAD.length);
  });
});

describe("a zip that lies", () => {
  test.each([
    ["about its checksum", zipOf("model.pkl", PAYLOAD, { crc: 1 })],
    ["about encryption", zipOf("model.pkl", PAYLOAD, { flags: 1 })],
    ["about a name", zipOf("model.pkl", PAYLOAD, { centralName: "model.txt" })],
    ["about a climbing name", zipOf("../model.pkl", HARMLESS)],
    ["about an absolute name", zipOf("/model.pkl", HARMLESS)],
  ])("%s is not admitted", (_, bytes) => {
    expect(scanBytes(bytes)).toMatchObject({
      admitted: false,
      verdict: expect.stringMatching(/unanalyzable|malicious/u),
    });
  });

  test.each([
    ["before it", Buffer.concat([PAYLOAD, zipOf("a.pkl", HARMLESS)])],
    ["after it", Buffer.concat([zipOf("a.pkl", HARMLESS), PAYLOAD])],
    ["text before it", Buffer.concat([Buffer.from("#!/bin/sh\n"), zipOf("a.pkl", HARMLESS)])],
  ])("by bytes %s is not admitted", (_, bytes) => {
    expect(scanBytes(bytes).admitted).toBe(false);
  });
});

describe("a harmless object in the same wrappings", () => {
  test.each([
    ["a zip", zipOf("model.pkl", HARMLESS)],
    ["a gzip", gzipSync(HARMLESS)],
    ["an array of objects", npyOf(HARMLESS)],
  ])("%s is not called malicious", (_, bytes) => {
    expect(scanBytes(bytes).verdict).not.toBe("malicious");
  });
});
