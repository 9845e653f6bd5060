import { expect, test } from "vitest";
import { startFailure } from "./bubblewrap/start-failure.ts";
import { OutputTail } from "./output.ts";

test("keeps the end of the output, escapes what could harm a terminal, and tells of a flood once it is one", () => {
  let floods = 0;
  const output = new OutputTail(100_000, () => floods++);
  output.push(Buffer.from("x".repeat(50_000)));
  output.push(Buffer.from("\u001b[2Jend"));
  expect(output.tail()).toMatch(/\\x1b\[2Jend$/u);
  expect(output.tail().length).toBeLessThan(9_000);
  expect(floods).toBe(0);
  output.push(Buffer.from("x".repeat(50_000)));
  expect(floods).toBe(1);
});

test.each([
  ["spawn bwrap ENOENT", /install the package/u],
  [
    "bwrap: No permissions to create new namespace, likely because the kernel does not allow it",
    /forbids user namespaces/u,
  ],
  ["bwrap: setting up uid map: Permission denied", /forbids user namespaces/u],
  ["bwrap: Unknown option --disable-userns", /too old/u],
  ["something else", /did not start: something else/u],
  ["", /said nothing/u],
])("%j is told with what to do", (said, advice) => {
  expect(startFailure(said, undefined)).toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(advice),
  });
});
