import { describe, expect, test } from "vitest";
import { compare, schemaCases } from "./schema-oracle.ts";

const python = process.env["MODELKEEP_TEST_PYTHON"] ?? "";
/** `npm run schema:compare` asks for more, from another seed. */
const seed = Number(process.env["MODELKEEP_SCHEMA_SEED"] ?? 1);
const count = Number(process.env["MODELKEEP_SCHEMA_CASES"] ?? 1500);

/** Why we refuse what MLflow answers: something would be lost or changed without a word (docs/schema.md). */
const LOSSES =
  /Can not safely convert|is no flat list of values|Its values have different types|holds a nested value|is ragged|does not match expected shape|Failed to parse input data|length of values|contains scalar values|could not be converted|names several|Must pass 2-d|Model is missing inputs/u;

describe("the signature of a model, enforced as MLflow does", () => {
  const compared = schemaCases(python, seed, count).map(compare);
  const of = (outcome: string): readonly unknown[] =>
    compared
      .filter((one) => one.outcome === outcome)
      .map(({ ours, theirs, one }) => ({ ours, theirs, ...one }));

  test(`of ${count} generated requests none is read in another way`, () => {
    expect(of("different")).toEqual([]);
  });

  test("none is answered that MLflow refuses", () => {
    expect(of("lenient")).toEqual([]);
  });

  test("what only we refuse would lose or change something without a word", () => {
    const others = compared.filter(({ outcome, ours }) => outcome === "strict" && !LOSSES.test(ours));
    expect(others).toEqual([]);
  });

  test("the sample holds all of it", () => {
    for (const outcome of ["equal", "both refuse", "strict", "unsupported"])
      expect(of(outcome).length).toBeGreaterThan(count / 100);
  });
});
