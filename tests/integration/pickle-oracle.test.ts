import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type OracleCase, shortcomings } from "./pickle-oracle.ts";

const script = fileURLToPath(new URL("pickle_oracle.py", import.meta.url));
const COUNT = 1_500;

/** More, and for other versions: `python pickle_oracle.py SEED COUNT` with any CPython from 3.8 on. */
test.each([20261123, 4])("CPython's two unpicklers see nothing that the machine misses (seed %i)", (seed) => {
  const python = process.env["MODELKEEP_TEST_PYTHON"] ?? "";
  const output = execFileSync(python, [script, String(seed), String(COUNT)], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const cases = output
    .trimEnd()
    .split("\n")
    .map((line): OracleCase => JSON.parse(line));
  expect(cases.length).toBeGreaterThan(COUNT / 2);
  expect(cases.filter(({ c, py }) => c.ok && py.ok).length).toBeGreaterThan(100);
  expect(
    cases.flatMap((item) => shortcomings(item).map((line) => `${item.data.slice(0, 200)}: ${line}`)),
  ).toEqual([]);
});
