import { describe, expect, test } from "vitest";
import { UsageError } from "../command.ts";
import { parseScanOptions } from "./options.ts";

describe("parseScanOptions", () => {
  test("has defaults", () => {
    expect(parseScanOptions(["a.pkl"], {}, {})).toEqual({
      inputs: ["a.pkl"],
      format: "text",
      output: undefined,
      policy: undefined,
      jobs: undefined,
      failOn: undefined,
      trace: false,
      trackingUri: undefined,
      help: false,
    });
  });

  test("flags beat the environment, which beats the file", () => {
    const env = { MODELKEEP_FORMAT: "json", MODELKEEP_FAIL_ON: "malicious", MODELKEEP_JOBS: "" };
    const options = parseScanOptions(["--format", "sarif", "a"], env, {
      format: "html",
      fail_on: "inert",
      jobs: 3,
    });
    expect(options).toMatchObject({ format: "sarif", failOn: "malicious", jobs: 3 });
  });

  test("reads - and everything after -- as inputs", () => {
    expect(parseScanOptions(["-", "--", "--trace"], {}, {})).toMatchObject({
      inputs: ["-", "--trace"],
      trace: false,
    });
  });

  test.each([
    [[]],
    [["--format", "xml", "a"]],
    [["--format", "constructor", "a"]],
    [["--fail-on", "bad", "a"]],
    [["--jobs", "0", "a"]],
    [["--jobs", "1e9", "a"]],
    [["--jobs=-1", "a"]],
  ])("%j is a usage error with advice", (argv) => {
    expect(() => parseScanOptions(argv, {}, {})).toThrow(UsageError);
  });

  test("an unknown flag is an error", () => {
    expect(() => parseScanOptions(["--frobnicate", "a"], {}, {})).toThrow(/Unknown option '--frobnicate'/u);
  });
});
