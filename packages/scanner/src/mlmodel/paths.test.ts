import { describe, expect, test } from "vitest";
import { pathFault } from "./paths.ts";

describe("pathFault", () => {
  test.each(["model.pkl", "data/model.ubj", "a/./b", "..model", "model..pkl", "code", "."])(
    "%j is inside",
    (path) => {
      expect(pathFault(path)).toBeUndefined();
    },
  );

  test.each([
    "../model.pkl",
    "a/../../b",
    "a\\..\\b",
    "/etc/passwd",
    "\\\\server\\share",
    "C:\\x",
    "c:x",
    "file:///etc/passwd",
    "s3://bucket/x",
    "~/x",
    "%2e%2e/x",
    "%252e%252e%252fx",
    "a\0b",
    "..",
  ])("%j is outside", (path) => {
    expect(pathFault(path)).toBeTypeOf("string");
  });
});
