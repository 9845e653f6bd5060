import { describe, expect, test } from "vitest";
import { Allowance } from "../artifacts/limits.ts";
import { exactObject, type ListedObject } from "./flat.ts";

async function* listing(...keys: string[]): AsyncGenerator<ListedObject> {
  for (const key of keys) yield { key, size: 1, etag: key };
}

const find = async (key: string, ...keys: string[]): Promise<ListedObject | undefined> =>
  await exactObject(listing(...keys), key, new Allowance({}));

describe("exactObject", () => {
  test("is the object of that very key", async () => {
    expect(await find("a/model.pkl", "a/model.pkl", "a/model.pkl.sig")).toMatchObject({ key: "a/model.pkl" });
  });

  test.each([
    ["nothing", []],
    ["a longer key only", ["a/model.pkl.sig"]],
    ["what lies below it", ["a/model.pkl/x"]],
  ])("is not %s", async (_what, keys) => {
    expect(await find("a/model.pkl", ...keys)).toBeUndefined();
  });
});
