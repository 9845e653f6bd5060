import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ModelkeepError } from "@modelkeep/findings";
import { MlflowError } from "@modelkeep/mlflow";
import { describe, expect, it } from "vitest";
import { UsageError } from "./command.ts";
import { describeError } from "./describe-error.ts";

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function fromServer(status: number): ModelkeepError {
  const cause = new MlflowError("not-found", "Run with id=x not found", { status });
  return new ModelkeepError("NOT_FOUND", cause.message, { cause });
}

describe("describeError", () => {
  it.each([
    [
      new UsageError("no model is named", "give one with -m"),
      "modelkeep: no model is named: give one with -m",
    ],
    [fromServer(404), "modelkeep: Run with id=x not found: check the name, and that your key may read it"],
    [fromServer(400), "modelkeep: Run with id=x not found: check the name, version or alias"],
    [fromServer(500), "modelkeep: Run with id=x not found"],
    [new ModelkeepError("CONFIGURATION", "a: b"), "modelkeep: a: b"],
    [new Error("odd"), "modelkeep: odd: run again with --debug to see where"],
    ["a text", "modelkeep: a text: run again with --debug"],
    [new Error("two\nlines\u001b[31m"), "modelkeep: two lines [31m: run again with --debug to see where"],
  ])("%s", (error, line) => {
    expect(describeError(error)).toBe(line);
  });

  it("names the path and the reason of a file that is not there", () => {
    const path = join(tmpdir(), "modelkeep-no-such-file");
    expect(describeError(thrown(() => readFileSync(path)))).toBe(
      `modelkeep: cannot open ${path}: there is no such file or folder: check the path`,
    );
  });

  it("says of a folder that it is one", () => {
    expect(describeError(thrown(() => readFileSync(tmpdir())))).toBe(
      "modelkeep: cannot read a folder as a file: name a file",
    );
  });

  it("points to --help for options that it does not know", () => {
    const error = thrown(() => parseArgs({ args: ["--modle"], options: {} }));
    expect(describeError(error)).toMatch(/^modelkeep: Unknown option '--modle': see --help$/u);
  });
});
